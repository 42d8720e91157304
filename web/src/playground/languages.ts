// Highlighting by the name of a runtime. Each is loaded when it is first used; a language that is not here is plain.
import type {Extension} from "@codemirror/state";
import {StreamLanguage, type StreamParser} from "@codemirror/language";

type Load = () => Promise<Extension>;

const legacy = (load: () => Promise<StreamParser<unknown>>): Load => async () => StreamLanguage.define(await load());
const clike = () => import("@codemirror/legacy-modes/mode/clike");
const javascript: Load = async () => (await import("@codemirror/lang-javascript")).javascript();
const shell = legacy(async () => (await import("@codemirror/legacy-modes/mode/shell")).shell);
const cpp: Load = async () => (await import("@codemirror/lang-cpp")).cpp();

const loaders: Record<string, Load> = {
  python: async () => (await import("@codemirror/lang-python")).python(),
  c: cpp,
  cpp,
  javascript,
  typescript: async () => (await import("@codemirror/lang-javascript")).javascript({typescript: true}),
  bash: shell,
  sh: shell,
  go: async () => (await import("@codemirror/lang-go")).go(),
  java: async () => (await import("@codemirror/lang-java")).java(),
  php: async () => (await import("@codemirror/lang-php")).php(),
  rust: async () => (await import("@codemirror/lang-rust")).rust(),
  csharp: legacy(async () => (await clike()).csharp),
  kotlin: legacy(async () => (await clike()).kotlin),
  scala: legacy(async () => (await clike()).scala),
  haskell: legacy(async () => (await import("@codemirror/legacy-modes/mode/haskell")).haskell),
  lua: legacy(async () => (await import("@codemirror/legacy-modes/mode/lua")).lua),
  perl: legacy(async () => (await import("@codemirror/legacy-modes/mode/perl")).perl),
  r: legacy(async () => (await import("@codemirror/legacy-modes/mode/r")).r),
  ruby: legacy(async () => (await import("@codemirror/legacy-modes/mode/ruby")).ruby),
  swift: legacy(async () => (await import("@codemirror/legacy-modes/mode/swift")).swift),
};

export async function highlighting(names: string[]): Promise<Extension> {
  const name = names.find((each) => each in loaders);
  return name ? loaders[name]() : [];
}

const titles: Record<string, string> = {
  c: "C", cpp: "C++", csharp: "C#", go: "Go", javascript: "JavaScript", php: "PHP", r: "R", typescript: "TypeScript",
};

export const titleOf = (name: string) => titles[name] ?? name[0].toUpperCase() + name.slice(1);
