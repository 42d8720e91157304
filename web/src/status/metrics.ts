// Reads what /metrics says (the text format of Prometheus) as far as the charts need it.

interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export type Wanted = Record<string, string>;

// Counts at or below each bound, ascending; the last bound is infinite.
type Buckets = Map<number, number>;

export class Metrics {
  private constructor(
    readonly at: number,
    private readonly samples: Sample[],
  ) {}

  static parse(text: string, at: number): Metrics {
    const samples: Sample[] = [];
    for (const line of text.split("\n")) {
      const parts = /^(\w+)(?:\{(.*)\})? (\S+)/.exec(line);
      if (!parts) continue;
      const labels: Record<string, string> = {};
      for (const [, name, value] of (parts[2] ?? "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) labels[name] = value;
      samples.push({name: parts[1], labels, value: Number(parts[3])});
    }
    return new Metrics(at, samples);
  }

  // The sum of all with these labels; null where there is none.
  sum(name: string, wanted: Wanted = {}): number | null {
    const found = this.find(name, wanted);
    return found.length === 0 ? null : found.reduce((sum, {value}) => sum + value, 0);
  }

  buckets(name: string, wanted: Wanted = {}): Buckets {
    const buckets: Buckets = new Map();
    for (const {labels, value} of this.find(`${name}_bucket`, wanted)) {
      const bound = labels.le === "+Inf" ? Infinity : Number(labels.le);
      buckets.set(bound, (buckets.get(bound) ?? 0) + value);
    }
    return new Map([...buckets].sort(([a], [b]) => a - b));
  }

  private find(name: string, wanted: Wanted): Sample[] {
    const matches = (labels: Record<string, string>) =>
      Object.entries(wanted).every(([label, value]) => labels[label] === value);
    return this.samples.filter((sample) => sample.name === name && matches(sample.labels));
  }
}

// How much a counter grew each second. A counter that became less was begun anew.
export function rate(before: number | null, now: number | null, seconds: number): number | null {
  if (before === null || now === null || seconds <= 0) return null;
  return (now < before ? now : now - before) / seconds;
}

// The value below which the part `q` of what was observed between the two lies, as Prometheus reckons it: evenly spread
// within a bucket. null: nothing was observed.
export function quantile(q: number, before: Buckets, now: Buckets): number | null {
  const bounds = [...now.keys()];
  const counts = bounds.map((bound) => Math.max(0, now.get(bound)! - (before.get(bound) ?? 0)));
  const total = counts.at(-1) ?? 0;
  if (total === 0) return null;
  const rank = q * total;
  const index = counts.findIndex((count) => count >= rank);
  const low = index === 0 ? 0 : bounds[index - 1];
  if (bounds[index] === Infinity) return low;
  const below = index === 0 ? 0 : counts[index - 1];
  const inside = counts[index] - below;
  return low + (bounds[index] - low) * (inside === 0 ? 1 : (rank - below) / inside);
}
