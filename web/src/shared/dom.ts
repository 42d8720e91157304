// What every page needs of the DOM. Text from the server goes in as text, never as HTML.

export function byId<T extends HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element as T;
}

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

// Storage can be full or forbidden: the pages then remember nothing, and work.
export function remember(key: string, value: unknown): void {
  try {
    localStorage.setItem(`code-exec.${key}`, JSON.stringify(value));
  } catch {
    // As said above.
  }
}

export function remembered<T>(key: string, otherwise: T): T {
  try {
    return JSON.parse(localStorage.getItem(`code-exec.${key}`) ?? "null") ?? otherwise;
  } catch {
    return otherwise;
  }
}
