// A line chart of the last minutes, as SVG: drawn anew at each step, which is cheap for a few hundred points.
import {make} from "../shared/dom";

export interface Series {
  label: string;
  colour: string;  // a variable of the style sheet
  fill?: boolean;
}

type Point = (number | null)[];  // one value a series

const height = 168;
const right = 8;
const left = 52;
const top = 10;
const bottom = 22;
const gridLinesMax = 4;

const svg = <K extends keyof SVGElementTagNameMap>(tag: K, attributes: Record<string, string | number>, text = "") => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.textContent = text;
  return element;
};

// The next of 1, 2, 5, 10, 20, ... and of the same beneath 1.
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((nice) => nice >= value * 0.9999)!;
}

export class Chart {
  private readonly points: Point[] = [];
  private readonly picture = svg("svg", {height, role: "img"});
  private readonly values: HTMLElement[];
  private width = 0;
  private hovered: number | null = null;

  constructor(
    parent: HTMLElement,
    private readonly title: string,
    private readonly series: Series[],
    private readonly format: (value: number) => string,
    private readonly least: number,
    private readonly pointsMax: number,
    private readonly secondsEach: number,
  ) {
    this.values = series.map(() => make("dd", {}, "–"));
    const legend = series.map(({label, colour}, index) => {
      const swatch = make("span", {className: "swatch"});
      swatch.style.background = `var(${colour})`;
      return make("div", {}, make("dt", {}, swatch, label), this.values[index]);
    });
    parent.append(make("article", {className: "chart"}, make("h2", {}, title), make("dl", {}, ...legend), this.picture));
    this.picture.addEventListener("pointermove", (event) => this.hover(event));
    this.picture.addEventListener("pointerleave", () => {
      this.hovered = null;
      this.draw();
    });
    new ResizeObserver(() => this.draw()).observe(this.picture);
  }

  add(point: Point): void {
    this.points.push(point);
    if (this.points.length > this.pointsMax) this.points.shift();
    this.draw();
  }

  private get step(): number {
    return (this.width - left - right) / (this.pointsMax - 1);
  }

  private x(index: number): number {
    return this.width - right - (this.points.length - 1 - index) * this.step;
  }

  private hover(event: PointerEvent): void {
    const index = this.points.length - 1 - Math.round((this.width - right - event.offsetX) / this.step);
    this.hovered = index >= 0 && index < this.points.length ? index : null;
    this.draw();
  }

  private draw(): void {
    const largest = Math.max(0, ...this.points.flat().map((value) => value ?? 0));
    const gridStep = niceAbove(Math.max(largest, this.least) / gridLinesMax);
    const gridLines = Math.ceil(Math.max(largest, this.least) / gridStep - 0.0001);
    const max = gridLines * gridStep;
    this.width = this.picture.clientWidth;
    const end = this.width - right;
    const y = (value: number) => top + (height - top - bottom) * (1 - value / max);
    const parts: SVGElement[] = [];
    for (let line = 0; line <= gridLines; line++) {
      const value = line * gridStep;
      parts.push(
        svg("line", {class: "grid", x1: left, x2: end, y1: y(value), y2: y(value)}),
        svg("text", {x: left - 8, y: y(value) + 3.5, "text-anchor": "end"}, this.format(value)),
      );
    }
    const minutes = Math.round((this.pointsMax * this.secondsEach) / 60);
    parts.push(
      svg("text", {x: left, y: height - 5}, `${minutes} min ago`),
      svg("text", {x: end, y: height - 5, "text-anchor": "end"}, "now"),
    );
    this.series.forEach(({colour, fill}, index) => {
      for (const run of this.runs(index)) {
        const path = run.map(([at, value]) => `${this.x(at).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
        const style = `--line: var(${colour})`;
        if (fill) {
          const [first, last] = [this.x(run[0][0]), this.x(run.at(-1)![0])];
          parts.push(svg("polygon", {class: "area", style, points: `${first},${y(0)} ${path} ${last},${y(0)}`}));
        }
        // A value alone is a dot.
        parts.push(svg("polyline", {class: "line", style, points: run.length === 1 ? `${path} ${path}` : path}));
      }
    });
    if (this.hovered !== null) {
      const at = this.x(this.hovered);
      parts.push(svg("line", {class: "cursor", x1: at, x2: at, y1: top, y2: height - bottom}));
    }
    this.picture.replaceChildren(...parts);
    this.showValues();
  }

  // The stretches without gaps.
  private runs(index: number): [number, number][][] {
    const runs: [number, number][][] = [[]];
    this.points.forEach((point, at) => {
      const value = point[index];
      if (value === null) runs.push([]);
      else runs.at(-1)!.push([at, value]);
    });
    return runs.filter((run) => run.length > 0);
  }

  private showValues(): void {
    const point = this.points.at(this.hovered ?? -1);
    const texts = this.series.map((_, index) => {
      const value = point?.[index] ?? null;
      return value === null ? "–" : this.format(value);
    });
    texts.forEach((text, index) => (this.values[index].textContent = text));
    const read = this.series.map(({label}, index) => `${label} ${texts[index]}`).join(", ");
    this.picture.setAttribute("aria-label", `${this.title}: ${read}`);
  }
}
