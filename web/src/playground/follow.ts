// Follows one job to its result: by server-sent events or, where the program is to be given input, by WebSocket. When
// neither works (a proxy that buffers, too many listeners), the result is waited for.
import {isFinal, type Job, result} from "./api";

export type Stream = "stdout" | "stderr";

export interface Listener {
  // A new number of a run means that its output begins anew.
  status(status: "pending" | "running", run: number): void;
  output(stream: Stream, text: string): void;
  result(job: Job): void;
  // Something could not be done; the job goes on.
  refused(detail: string): void;
  // Nothing more is heard of the job.
  failed(error: Error): void;
  // Whether the program can be sent input now.
  input(open: boolean): void;
}

const waitMs = 20_000;

export class Follower {
  private events: EventSource | null = null;
  private socket: WebSocket | null = null;
  private over = false;

  constructor(
    private readonly id: string,
    private readonly listener: Listener,
    interactive: boolean,
  ) {
    if (interactive) this.openSocket();
    else this.openEvents();
  }

  send(text: string): void {
    this.socket?.send(JSON.stringify({type: "stdin", data: text}));
  }

  endInput(): void {
    this.socket?.send(JSON.stringify({type: "eof"}));
    this.listener.input(false);
  }

  // Nothing is heard of the job any more; it goes on.
  stop(): void {
    this.over = true;
    this.events?.close();
    this.socket?.close();
    this.listener.input(false);
  }

  private finish(job: Job): void {
    if (this.over) return;
    this.stop();
    this.listener.result(job);
  }

  private openEvents(): void {
    const events = new EventSource(`/api/v1/jobs/${encodeURIComponent(this.id)}/events`);
    this.events = events;
    const on = (type: string, handle: (data: any) => void) =>
      events.addEventListener(type, (event) => handle(JSON.parse((event as MessageEvent).data)));
    on("status", ({status, run}) => this.listener.status(status, run));
    on("stdout", ({data}) => this.listener.output("stdout", data));
    on("stderr", ({data}) => this.listener.output("stderr", data));
    on("result", (job) => this.finish(job));
    events.addEventListener("error", () => {
      // Otherwise the browser connects again, and goes on where it was.
      if (events.readyState === EventSource.CLOSED) void this.waitForResult();
    });
  }

  private openSocket(): void {
    const address = new URL(`/api/v1/jobs/${encodeURIComponent(this.id)}/io`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    this.socket = socket;
    socket.addEventListener("open", () => this.listener.input(true));
    socket.addEventListener("message", (event) => {
      const message = JSON.parse(event.data);
      if (message.type === "status") this.listener.status(message.status, message.run);
      else if (message.type === "result") this.finish(message.job);
      else if (message.type === "stdout" || message.type === "stderr")
        this.listener.output(message.type, message.data);
      else if (message.type === "error") this.listener.refused(message.detail);
    });
    socket.addEventListener("close", () => {
      if (this.over) return;
      this.listener.input(false);
      this.listener.status("running", 0);
      this.openEvents();
    });
  }

  private async waitForResult(): Promise<void> {
    try {
      while (!this.over) {
        const job = await result(this.id, waitMs);
        if (isFinal(job)) return this.finish(job);
      }
    } catch (error) {
      if (this.over) return;
      this.stop();
      this.listener.failed(error as Error);
    }
  }
}
