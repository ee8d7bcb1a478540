import { Template } from '@huggingface/jinja';
import { Engine } from '../engine/engine';
import { ApiError } from '../errors/api-error';
import { ChatMessage } from '../requests/chat-completion-request';
import { TextGuard } from './guarded-text';
import { templateProblem } from './template-problem';
import { withinTime } from './within-time';

/** Milliseconds for a template, which comes with the model: nobody has said that its loops end. */
const RENDER_MILLISECONDS = 3_000;

/** Makes prompts of chats by the template of the model's file. */
export class ChatPrompt {
  /** Why the template of the model's file cannot be read; undefined where it can, or there is none. */
  public readonly problem?: string;
  private readonly template?: Template;
  private readonly guard: TextGuard;

  public constructor(private readonly engine: Engine) {
    this.guard = new TextGuard(engine.tokenizer);
    try {
      this.template = engine.model.chatTemplate === undefined ? undefined : new Template(engine.model.chatTemplate);
    } catch (error) {
      this.problem = templateProblem(error);
    }
  }

  /**
   * The tokens of a chat, up to where the assistant speaks.
   *
   * @throws ApiError 400 when the model takes no chats, or its template refuses this one
   */
  public async tokens(messages: readonly ChatMessage[]): Promise<number[]> {
    const template = this.readableTemplate();
    const marked = messages.map((message) => this.marked(message));
    return this.guard.encode(this.render(template, marked), this.engine.model.contextLength);
  }

  private readableTemplate(): Template {
    const { id } = this.engine.model;
    if (this.problem !== undefined) {
      const message = `The chat template of the model ${id} cannot be read: ${this.problem}; use /v1/completions.`;
      throw ApiError.badRequest(message, 'messages', 'chat_template_unreadable');
    }
    if (!this.template) {
      const message = `The model ${id} has no chat template; use /v1/completions.`;
      throw ApiError.badRequest(message, 'messages', 'chat_template_missing');
    }
    return this.template;
  }

  private render(template: Template, messages: readonly object[]): string {
    const { beginText, endText } = this.engine.tokenizer;
    try {
      const names = { messages, add_generation_prompt: true, bos_token: beginText, eos_token: endText };
      return withinTime(RENDER_MILLISECONDS, () => template.render(names));
    } catch (error) {
      // What a template says by raise_exception is for the client: for example that roles must alternate.
      throw ApiError.badRequest(
        `The model's chat template refuses the messages: ${templateProblem(error)}`,
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
