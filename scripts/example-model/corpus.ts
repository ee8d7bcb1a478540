import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BytePairTokenizer } from './byte-pair-tokenizer';

export const BEGIN = '<|begin|>';
export const END = '<|end|>';
export const USER = '<|user|>';
export const ASSISTANT = '<|assistant|>';
export const CONTROLS: readonly string[] = [BEGIN, END, USER, ASSISTANT];

/** How chats are written, in Jinja. */
export const CHAT_TEMPLATE =
  '{{ bos_token }}{% for message in messages %}<|{{ message.role }}|>{{ message.content }}{{ eos_token }}{% endfor %}' +
  '{% if add_generation_prompt %}<|assistant|>{% endif %}';

/** Words of a paragraph that a chat's question has; the answer is what follows them. */
const QUESTION_WORDS = 6;

/** The paragraphs of the project's licence, each on one line. */
export function licenceParagraphs(): string[] {
  const text = readFileSync(join(resolve(__dirname, '../..'), 'LICENSE'), 'utf8');
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replace(/\s+/g, ' ').trim())
    .filter((paragraph) => paragraph.split(' ').length > QUESTION_WORDS);
}

/** What the model reads: each paragraph as it is, and as a chat in which its beginning is continued. */
export function lessons(paragraphs: readonly string[], tokenizer: BytePairTokenizer): number[][] {
  const control = (token: string): number => tokenizer.number(token);
  return paragraphs.flatMap((paragraph) => {
    const words = paragraph.split(' ');
    const question = tokenizer.encode(words.slice(0, QUESTION_WORDS).join(' '));
    const answer = tokenizer.encode(` ${words.slice(QUESTION_WORDS).join(' ')}`);
    return [
      [control(BEGIN), ...tokenizer.encode(paragraph), control(END)],
      [control(BEGIN), control(USER), ...question, control(END), control(ASSISTANT), ...answer, control(END)],
    ];
  });
}
