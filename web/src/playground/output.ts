// What a program prints, as a terminal shows it: stdout and stderr in one column in the order of their arrival. A flood
// is gathered and shown once a frame; only the end of a long output is kept in the page.

export type Kind = "stdout" | "stderr" | "input";

// A block is laid out only when it is in sight (content-visibility), so it should be of a few screens.
const blockChars = 16 << 10;
const shownCharsMax = 2 << 20;
// A block is given its height when it comes into sight, so the end moves on for some frames.
const settlingFrames = 4;

interface Piece {
  kind: Kind;
  text: string;
}

export class Output {
  private pending: Piece[] = [];
  private pendingChars = 0;
  private frame = 0;
  private blocks: {element: HTMLElement; chars: number}[] = [];
  private shownChars = 0;
  private droppedChars = 0;
  private readonly totals = {stdout: 0, stderr: 0};
  private readonly note = document.createElement("p");
  private following = true;

  constructor(private readonly view: HTMLElement) {
    this.note.className = "note";
    this.followUntilScrolled();
    new ResizeObserver(() => this.showTheEnd(0)).observe(view);
  }

  clear(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.pending = [];
    this.blocks = [];
    this.pendingChars = this.shownChars = this.droppedChars = 0;
    this.totals.stdout = this.totals.stderr = 0;
    this.view.replaceChildren();
    this.following = true;
  }

  write(kind: Kind, text: string): void {
    if (!text) return;
    if (kind !== "input") this.totals[kind] += text.length;
    const last = this.pending.at(-1);
    if (last?.kind === kind) last.text += text;
    else this.pending.push({kind, text});
    this.pendingChars += text.length;
    // A page in the background has no frames: what will not be shown is dropped at once.
    while (this.pendingChars > 2 * shownCharsMax) {
      const first = this.pending[0];
      const cut = Math.min(first.text.length, this.pendingChars - shownCharsMax);
      first.text = first.text.slice(cut);
      this.pendingChars -= cut;
      this.droppedChars += cut;
      if (!first.text) this.pending.shift();
    }
    this.frame ||= requestAnimationFrame(() => this.flush());
  }

  // How much has been written since clear(), in UTF-16 units.
  written(stream: "stdout" | "stderr"): number {
    return this.totals[stream];
  }

  text(): string {
    this.flush();
    return this.blocks.map((block) => block.element.textContent).join("");
  }

  private flush(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    if (this.pending.length === 0) return;
    for (const piece of this.pending) this.append(piece);
    this.pending = [];
    this.pendingChars = 0;
    this.dropTheBeginning();
    this.showTheEnd(settlingFrames);
  }

  // The end stays in sight until the reader scrolls up, and again once the reader has scrolled down to it.
  private followUntilScrolled(): void {
    const {view} = this;
    const upwards = ["ArrowUp", "PageUp", "Home"];
    const leave = () => (this.following = false);
    view.addEventListener("wheel", (event) => event.deltaY < 0 && leave(), {passive: true});
    view.addEventListener("keydown", (event) => upwards.includes(event.key) && leave());
    view.addEventListener("touchmove", leave, {passive: true});
    view.addEventListener("pointerdown", leave);
    view.addEventListener("scroll", () => {
      if (view.scrollHeight - view.scrollTop - view.clientHeight < 24) this.following = true;
    });
  }

  private showTheEnd(frames: number): void {
    if (!this.following) return;
    this.view.scrollTop = this.view.scrollHeight;
    if (frames > 0) requestAnimationFrame(() => this.showTheEnd(frames - 1));
  }

  private append({kind, text}: Piece): void {
    for (let at = 0; at < text.length; ) {
      const end = this.endOfBlock(text, at);
      const part = text.slice(at, end);
      const block = this.openBlock();
      const last = block.element.lastElementChild;
      if (last?.className === kind) last.append(part);
      else block.element.append(Object.assign(document.createElement("span"), {className: kind, textContent: part}));
      block.chars += part.length;
      this.shownChars += part.length;
      at = end;
    }
  }

  // Blocks end with a line, unless the line is far longer than a block.
  private endOfBlock(text: string, from: number): number {
    const room = blockChars - (this.blocks.at(-1)?.chars ?? 0);
    const line = text.indexOf("\n", from + Math.max(room, 0));
    const end = line < 0 ? text.length : line + 1;
    return Math.min(end, from + 4 * blockChars);
  }

  private openBlock(): {element: HTMLElement; chars: number} {
    const last = this.blocks.at(-1);
    const full = last && last.chars >= blockChars && (last.element.textContent!.endsWith("\n") || last.chars >= 4 * blockChars);
    if (last && !full) return last;
    const block = {element: document.createElement("div"), chars: 0};
    block.element.className = "block";
    this.view.append(block.element);
    this.blocks.push(block);
    return block;
  }

  private dropTheBeginning(): void {
    while (this.shownChars > shownCharsMax && this.blocks.length > 1) {
      const {element, chars} = this.blocks.shift()!;
      element.remove();
      this.shownChars -= chars;
      this.droppedChars += chars;
    }
    if (this.droppedChars === 0) return;
    this.note.textContent = `The first ${this.droppedChars.toLocaleString("en")} characters are not shown.`;
    this.view.prepend(this.note);
  }
}
