/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** Follows the system's setting until the button is used; what it was set to is not stored. */
export function startTheme(onChange: () => void): void {
  const button = document.querySelector<HTMLButtonElement>('#theme')!;
  const system = matchMedia('(prefers-color-scheme: dark)');
  let chosen: boolean | undefined;
  const apply = () => {
    const isDark = chosen ?? system.matches;
    document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
    button.setAttribute('aria-pressed', String(isDark));
    onChange();
  };
  button.addEventListener('click', () => {
    chosen = !(chosen ?? system.matches);
    apply();
  });
  system.addEventListener('change', apply);
  apply();
}

/** A colour of the style sheet as it is now. */
export function themeColor(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
