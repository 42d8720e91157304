// Light or dark: as the system has it, until the switch says otherwise.
import {remember, remembered} from "./dom";

type Theme = "light" | "dark";

const system = matchMedia("(prefers-color-scheme: dark)");

function shown(): Theme {
  const chosen = document.documentElement.dataset.theme as Theme | undefined;
  return chosen ?? (system.matches ? "dark" : "light");
}

export function setUpTheme(button: HTMLButtonElement): void {
  const chosen = remembered<Theme | null>("theme", null);
  if (chosen) document.documentElement.dataset.theme = chosen;
  const show = () => button.setAttribute("aria-pressed", String(shown() === "dark"));
  button.addEventListener("click", () => {
    const theme = shown() === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    remember("theme", theme);
    show();
  });
  system.addEventListener("change", show);
  show();
}
