// Light or dark: as the system has it, until the switch says otherwise.
import {remember, remembered} from "./dom";

type Theme = "light" | "dark";

const system = matchMedia("(prefers-color-scheme: dark)");

export function shownTheme(): Theme {
  const chosen = document.documentElement.dataset.theme as Theme | undefined;
  return chosen ?? (system.matches ? "dark" : "light");
}

// `changed` is called for what is not styled by base.css: at once and at each change.
export function setUpTheme(button: HTMLButtonElement, changed = () => {}): void {
  const chosen = remembered<Theme | null>("theme", null);
  if (chosen) document.documentElement.dataset.theme = chosen;
  const show = () => {
    button.setAttribute("aria-pressed", String(shownTheme() === "dark"));
    changed();
  };
  button.addEventListener("click", () => {
    const theme = shownTheme() === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    remember("theme", theme);
    show();
  });
  system.addEventListener("change", show);
  show();
}
