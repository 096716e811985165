package dev.millrace.classifier.sensitivity;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Reads the phrases of the scanner from their resource: lines of {@code meaning: phrase | phrase | …}. */
final class Vocabulary {

    static final String RESOURCE = "/classifier/sensitivity-phrases-v1.txt";

    private Vocabulary() {}

    /** Returns the phrases that ship with the service. */
    static PhraseTrie load() {
        PhraseTrie trie = new PhraseTrie();
        try (InputStream in = Vocabulary.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + RESOURCE);
            }
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(line -> add(trie, line));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
        return trie;
    }

    private static void add(PhraseTrie trie, String line) {
        int colon = line.indexOf(':');
        Phrase meaning = meaning(line.substring(0, colon).trim());
        for (String phrase : line.substring(colon + 1).split("\\|", -1)) {
            trie.add(phrase.trim(), meaning);
        }
    }

    private static Phrase meaning(String text) {
        String[] words = text.split(" ", -1);
        return switch (words[0]) {
            case "marking" -> new Phrase.Marking(words[2], Phrase.Form.valueOf(words[1].toUpperCase(Locale.ROOT)));
            case "naming" -> new Phrase.Naming(Topic.valueOf(words[1].toUpperCase(Locale.ROOT)));
            case "password" -> new Phrase.PasswordName();
            case "app" -> new Phrase.AppPasswordName();
            case "phrase" -> new Phrase.PassPhraseName();
            case "pass" -> new Phrase.PassName();
            case "short" -> new Phrase.ShortName();
            case "lead" -> new Phrase.PasswordLead();
            case "key" -> new Phrase.KeyName();
            case "private" -> new Phrase.PrivateKeyName();
            case "signer" -> new Phrase.SignerCall();
            case "beside" -> new Phrase.BesideName();
            case "owner" -> new Phrase.ShortUser();
            case "suffix" -> new Phrase.KeySuffix();
            case "pin" -> new Phrase.PinName();
            case "access" -> new Phrase.AccessName();
            case "code" -> new Phrase.CodeWord();
            case "licence" -> new Phrase.LicenceName();
            case "recovery" -> new Phrase.RecoveryName();
            case "seed" -> new Phrase.SeedName();
            case "answer" -> new Phrase.AnswerName();
            case "word" -> new Phrase.LoginWord();
            case "means" -> new Phrase.MeansWord();
            case "topic" -> new Phrase.TopicWord();
            case "header" -> new Phrase.HeaderName();
            case "login" -> new Phrase.LoginName();
            case "call" -> new Phrase.LoginCall(Integer.parseInt(words[1]));
            case "command" -> new Phrase.LoginCommand(words[1].equals("joined"));
            case "arguments" -> new Phrase.ArgumentCommand();
            case "print" -> new Phrase.PrintCommand();
            case "cookie" -> new Phrase.CookieName();
            case "user" -> new Phrase.UserName();
            case "pair" -> new Phrase.PairLead();
            case "secret" -> new Phrase.SecretWord();
            case "scheme" -> new Phrase.SchemeName();
            case "basic" -> new Phrase.BasicName();
            case "member" -> new Phrase.KeyMember(Topic.valueOf(words[1].toUpperCase(Locale.ROOT)));
            case "keyfile" -> new Phrase.KeyFile();
            default -> throw new IllegalArgumentException(RESOURCE + ": unknown meaning " + text);
        };
    }
}
