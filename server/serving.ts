import { Engine } from './engine/engine';
import { ServerMetrics } from './metrics/server-metrics';
import { ResolvedServerOptions } from './options';
import { ChatPrompt } from './prompt/chat-prompt';
import { Admission } from './queue/admission';
import { StallWatch } from './stall-watch';

/** What the routes work with once the model is loaded. */
export class Serving {
  public readonly admission: Admission;
  public readonly chatPrompt: ChatPrompt;
  public readonly stallWatch: StallWatch;

  public constructor(
    public readonly engine: Engine,
    public readonly metrics: ServerMetrics,
    public readonly options: ResolvedServerOptions,
  ) {
    this.admission = new Admission(engine.slots, options.maxQueued);
    this.chatPrompt = new ChatPrompt(engine);
    this.stallWatch = new StallWatch(engine, options);
  }
}
