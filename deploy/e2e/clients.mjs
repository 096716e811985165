// Asks for each model in three ways with OpenAI's client: prints "model<TAB>way<TAB>whole", or "error" and what was thrown.
import OpenAI from 'openai';

const [baseURL, ...models] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: 'none', maxRetries: 0, timeout: 60_000 });
const messages = [{ role: 'user', content: 'hello' }];

const ways = {
  // Most programs stop at the end of the loop, whatever the last finish reason was: it is a whole answer to them.
  async by_hand(model) {
    for await (const _ of await client.chat.completions.create({ model, messages, stream: true })) {
      continue;
    }
  },
  async by_helper(model) {
    await client.chat.completions.stream({ model, messages }).finalChatCompletion();
  },
  async whole(model) {
    await client.chat.completions.create({ model, messages });
  },
};

for (const model of models) {
  for (const [name, way] of Object.entries(ways)) {
    let outcome = 'whole';
    try {
      await way(model);
    } catch (error) {
      outcome = `error ${error.constructor.name} ${error.code}`;
    }
    console.log(`${model}\t${name}\t${outcome}`);
  }
}
