// Elements are made by hand and filled as text: nothing that anybody wrote is ever read as HTML.

type Children = (Node | string)[];

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string> = {},
  ...children: Children
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export function button(label: string, press: () => void, attributes: Record<string, string> = {}): HTMLButtonElement {
  const made = element("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", press);
  return made;
}

/** `text` with its web addresses as links; their words are shortened, for a signed address is long. */
export function linked(text: string): Children {
  return text.split(/(https?:\/\/[^\s<>"']+)/).map((part, place) => (place % 2 ? link(part) : part));
}

export function isWebAddress(address: string): boolean {
  try {
    return /^https?:$/.test(new URL(address, location.href).protocol);
  } catch {
    return false;
  }
}

function link(address: string): Node | string {
  if (!isWebAddress(address)) return address;
  const { host, pathname } = new URL(address);
  const shown = pathname.length > 30 ? `${host}/…/${pathname.split("/").pop() ?? ""}` : host + pathname;
  return element("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, shown);
}
