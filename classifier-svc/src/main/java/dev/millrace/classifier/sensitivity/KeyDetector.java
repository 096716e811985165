package dev.millrace.classifier.sensitivity;

import dev.millrace.classifier.FindingKind;
import java.util.ArrayList;
import java.util.List;

/** Finds secret keys by the beginnings that their issuers publish, and signed tokens (JWT). */
final class KeyDetector implements Detector {

    private static final int TOKEN_PART_CHARS_MIN = 8;
    private static final int TOKEN_PART_CHARS_MAX = 2_000;

    private static final List<KeyPrefix> KNOWN = List.of(
            new KeyPrefix("AKIA", 16, true, "aws_access_key"),
            new KeyPrefix("ASIA", 16, true, "aws_access_key"),
            new KeyPrefix("sk-", 20, false, "model_api_key"),
            new KeyPrefix("hs_", 16, false, "model_api_key"),
            new KeyPrefix("gsk_", 20, false, "model_api_key"),
            new KeyPrefix("hf_", 20, false, "model_api_key"),
            new KeyPrefix("xai-", 20, false, "model_api_key"),
            new KeyPrefix("mr_", 24, false, "millrace_key"),
            new KeyPrefix("ghp_", 36, false, "github_token"),
            new KeyPrefix("gho_", 36, false, "github_token"),
            new KeyPrefix("ghu_", 36, false, "github_token"),
            new KeyPrefix("ghs_", 36, false, "github_token"),
            new KeyPrefix("ghr_", 36, false, "github_token"),
            new KeyPrefix("github_pat_", 22, false, "github_token"),
            new KeyPrefix("glpat-", 20, false, "gitlab_token"),
            new KeyPrefix("xoxb-", 20, false, "slack_token"),
            new KeyPrefix("xoxp-", 20, false, "slack_token"),
            new KeyPrefix("xoxa-", 20, false, "slack_token"),
            new KeyPrefix("xapp-", 20, false, "slack_token"),
            new KeyPrefix("AIza", 35, true, "google_api_key"),
            new KeyPrefix("ya29", 20, false, "google_oauth_token"),
            new KeyPrefix("GOCSPX-", 20, false, "google_oauth_token"),
            new KeyPrefix("sk_live_", 16, false, "stripe_key"),
            new KeyPrefix("rk_live_", 16, false, "stripe_key"),
            new KeyPrefix("sk_test_", 16, false, "stripe_key"),
            new KeyPrefix("whsec_", 24, false, "stripe_key"),
            new KeyPrefix("npm_", 36, false, "npm_token"),
            new KeyPrefix("pypi-", 50, false, "pypi_token"),
            new KeyPrefix("dop_v1_", 64, true, "digitalocean_token"),
            new KeyPrefix("shpat_", 32, true, "shopify_token"),
            new KeyPrefix("dckr_pat_", 20, false, "docker_token"),
            new KeyPrefix("hvs", 24, false, "vault_token"),
            new KeyPrefix("AGE-SECRET-KEY-1", 50, false, "age_key"));

    private final List<List<KeyPrefix>> byFirstChar = new ArrayList<>();

    KeyDetector() {
        for (int i = 0; i < 128; i++) {
            char first = (char) i;
            byFirstChar.add(KNOWN.stream()
                    .filter(key -> key.prefix().charAt(0) == first)
                    .toList());
        }
    }

    @Override
    public int detect(Scan scan, int start) {
        char first = scan.text.at(start);
        if (first >= 128 || scan.text.isWord(start - 1)) {
            return start;
        }
        for (KeyPrefix key : byFirstChar.get(first)) {
            int end = key.match(scan.text, start);
            if (end > start) {
                scan.found(FindingKind.CREDENTIAL, key.rule());
                return end;
            }
        }
        return first == 'e' ? signedToken(scan, start) : start;
    }

    /** Three parts of base64url with dots between, the first of which begins a JSON object. */
    private static int signedToken(Scan scan, int start) {
        ScanText text = scan.text;
        if (text.at(start + 1) != 'y' || text.at(start + 2) != 'J' || isTokenChar(text, start - 1)) {
            return start;
        }
        int first = partEnd(text, start);
        int second = text.at(first) == '.' ? partEnd(text, first + 1) : first;
        if (first - start < TOKEN_PART_CHARS_MIN || second - first <= TOKEN_PART_CHARS_MIN) {
            return start;
        }
        scan.found(FindingKind.CREDENTIAL, "jwt");
        return text.at(second) == '.' ? partEnd(text, second + 1) : second;
    }

    private static int partEnd(ScanText text, int start) {
        int i = start;
        while (i - start < TOKEN_PART_CHARS_MAX && isTokenChar(text, i)) {
            i++;
        }
        return i;
    }

    private static boolean isTokenChar(ScanText text, int index) {
        char c = text.at(index);
        return (c < 128 && text.isWord(index)) || c == '-' || c == '_';
    }
}
