/** A value in one line, as people write it: `{ type: http, path: /healthz }`, `["node", "worker.js"]`. */
export function flowText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(itemText).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined)
    return `{ ${entries.map(([key, item]) => `${keyText(key)}: ${flowText(item)}`).join(', ')} }`
  }
  return typeof value === 'string' ? scalarText(value) : JSON.stringify(value)
}

function itemText(item: unknown): string {
  return typeof item === 'string' ? quotedText(item) : flowText(item)
}

function keyText(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? key : scalarText(key)
}

/** Quoted unless it can only be read as this text, in YAML 1.1 too. */
export function scalarText(text: string): string {
  const isPlain = /^(?:[A-Za-z_]|\.{0,2}\/)[\w./-]*$/.test(text) && !wordsOfYaml.test(text)
  return isPlain ? text : quotedText(text)
}

const wordsOfYaml = /^(?:true|false|null|yes|no|on|off|y|n)$/i

function quotedText(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    character => `\\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`,
  )
}

/** Text from anywhere as lines of comments, with nothing in it that YAML forbids or a terminal obeys. */
export function commentLines(text: string, indent: number): readonly string[] {
  return text
    .split(/\r\n|[\n\r\u0085\u2028\u2029]/)
    .map(line => `${' '.repeat(indent)}# ${visible(line)}`.trimEnd())
}

function visible(line: string): string {
  return line
    .replaceAll('\t', '  ')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, character => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}
