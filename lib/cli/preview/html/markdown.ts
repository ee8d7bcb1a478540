import MarkdownIt from 'markdown-it';
import { escapeHtml } from './escape';

/** CloudWatch's own button: `[button:Label](url)` or `[button:primary:Label](url)`. */
const BUTTON = /^button:(?:primary:)?/;

/** The page's own headings end at those of its widgets; the highest of a text stands there, whatever its number. */
const LEVEL_OF_WIDGETS = 3;

/** Under which name the rendering carries the highest level of a text. */
const HIGHEST = 'highestHeading';

/**
 * Markdown without HTML of its own and without anything that leads away from the page: links and buttons are text that
 * shows its address on hover, images their description.
 */
const renderer = new MarkdownIt({ html: false, linkify: false });
renderer.renderer.rules.link_open = (tokens, index) => {
  const label = tokens[index + 1]?.content ?? '';
  const kind = BUTTON.test(label) ? 'button-text' : 'link-text';
  return `<span class="${kind}" title="${escapeHtml(String(tokens[index].attrGet('href') ?? ''))}">`;
};
renderer.renderer.rules.link_close = () => '</span>';
renderer.renderer.rules.text = (tokens, index) => {
  const isLabel = tokens[index - 1]?.type === 'link_open';
  return escapeHtml(isLabel ? tokens[index].content.replace(BUTTON, '') : tokens[index].content);
};
renderer.renderer.rules.image = (tokens, index) => `[${escapeHtml(tokens[index].content)}]`;
renderer.renderer.rules.heading_open = (tokens, index, _, environment) => {
  const { tag } = tokens[index];
  const highest = Number(environment?.[HIGHEST]);
  const level = Math.min(6, LEVEL_OF_WIDGETS + Number(tag.slice(1)) - highest);
  return `<div class="heading-${tag}" role="heading" aria-level="${level}">`;
};
renderer.renderer.rules.heading_close = () => '</div>';

export function markdownHtml(markdown: string): string {
  const tokens = renderer.parse(markdown, {});
  const levels = tokens.filter(({ type }) => type === 'heading_open').map(({ tag }) => Number(tag.slice(1)));
  return renderer.renderer.render(tokens, renderer.options, { [HIGHEST]: Math.min(6, ...levels) });
}
