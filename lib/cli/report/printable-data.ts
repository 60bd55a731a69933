import { printable } from '../text/printable.ts'

/**
 * The same data with every text in it printable on one line. All that is drawn passes through here on its way in, so that no
 * tag, name or answer of AWS's can steer the terminal, whatever sentence it ends up in.
 */
export function printableData<Data>(data: Data): Data {
  // What comes out has the shape of what went in: only texts differ.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
  return made(data) as Data
}

function made(value: unknown): unknown {
  if (typeof value === 'string') return printable(value.replace(/[\t\r\n]+/g, ' '))
  if (Array.isArray(value)) return value.map(made)
  if (value instanceof Map) return new Map([...value].map(([key, member]) => [made(key), made(member)]))
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [made(key), made(member)]))
}
