import { printable } from '../../text/printable.ts'

/** Text in a job summary: every character that Markdown or HTML would make something of stands for itself. */
export function markup(text: string): string {
  return entities(printable(text.replaceAll(/[\t\r\n]+/g, ' ')))
}

/** Lines that stay as they are, such as a log. */
export function markupBlock(lines: readonly string[]): string {
  return `<pre><code>${lines.map(line => entities(printable(line))).join('\n')}</code></pre>`
}

/** A link, where it is one: what is no web address is a text. */
export function markupLink(url: string, text: string = url): string {
  return /^https?:\/\//.test(url) ? `<a href="${entities(printable(url))}">${markup(text)}</a>` : markup(text)
}

/** An entity is never part of a structure, neither of Markdown's nor of HTML's (https://spec.commonmark.org/0.31.2/#entity-and-numeric-character-references). */
function entities(text: string): string {
  return text.replaceAll(/[&<>"'`|\\*_~[\](){}#!@$^=+]/g, character => `&#${character.codePointAt(0)};`)
}
