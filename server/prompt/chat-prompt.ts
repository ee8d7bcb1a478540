import { Template } from '@huggingface/jinja';
import { Engine } from '../engine/engine';
import { ApiError } from '../errors/api-error';
import { ChatMessage } from '../requests/chat-completion-request';
import { TextGuard } from './guarded-text';
import { withinTime } from './within-time';

/** Milliseconds for a template, which comes with the model: nobody has said that its loops end. */
const RENDER_MILLISECONDS = 3_000;

/** Makes prompts of chats by the template of the model's file. */
export class ChatPrompt {
  private readonly template?: Template;
  private readonly guard: TextGuard;

  /** @throws Error when the template cannot be read */
  public constructor(private readonly engine: Engine) {
    this.template = engine.model.chatTemplate === undefined ? undefined : new Template(engine.model.chatTemplate);
    this.guard = new TextGuard(engine.tokenizer);
  }

  /**
   * The tokens of a chat, up to where the assistant speaks.
   *
   * @throws ApiError 400 when the model takes no chats, or its template refuses this one
   */
  public async tokens(messages: readonly ChatMessage[]): Promise<number[]> {
    if (!this.template) {
      const message = `The model ${this.engine.model.id} has no chat template; use /v1/completions.`;
      throw ApiError.badRequest(message, 'messages', 'chat_template_missing');
    }
    const marked = messages.map((message) => this.marked(message));
    return this.guard.encode(this.render(this.template, marked), this.engine.model.contextLength);
  }

  private render(template: Template, messages: readonly object[]): string {
    const { beginText, endText } = this.engine.tokenizer;
    try {
      const names = { messages, add_generation_prompt: true, bos_token: beginText, eos_token: endText };
      return withinTime(RENDER_MILLISECONDS, () => template.render(names));
    } catch (error) {
      // What a template says by raise_exception is for the client: for example that roles must alternate.
      throw ApiError.badRequest(
        `The model's chat template refuses the messages: ${(error as Error).message}`,
        'messages',
      );
    }
  }

  /** Parts of text become one text, as templates expect it. */
  private marked({ role, content, name }: ChatMessage): Record<string, string> {
    const text = typeof content === 'string' ? content : (content ?? []).map((part) => part.text).join('');
    const named: Record<string, string> = typeof name === 'string' ? { name: this.guard.mark(name) } : {};
    return { role: this.spoken(role), content: this.guard.mark(text), ...named };
  }

  /** OpenAI's newer name of the system's role is known to few templates. */
  private spoken(role: string): string {
    const isUnknown = role === 'developer' && !this.engine.model.chatTemplate?.includes(role);
    return isUnknown ? 'system' : role;
  }
}
