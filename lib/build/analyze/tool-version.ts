import type { Look } from './look.ts'

export type ToolVersion = { readonly version: string; readonly from: string }

/** The version that a version manager's file names: `22.11.0` in `.nvmrc`, `.python-version` or `.tool-versions`. */
export async function toolVersion(
  look: Look,
  { files, tools }: { readonly files: readonly string[]; readonly tools: readonly string[] },
): Promise<ToolVersion | undefined> {
  for (const file of files) {
    const version = firstLine((await look.text(file)) ?? '')
    if (version !== '') return { version, from: file }
  }
  const lines = ((await look.text('.tool-versions')) ?? '').split(/\r\n|\n|\r/)
  for (const line of lines) {
    const [tool = '', version = ''] = line.trim().split(/\s+/)
    if (tools.includes(tool) && version !== '') return { version, from: '.tool-versions' }
  }
  return undefined
}

function firstLine(text: string): string {
  const lines = text.split(/\r\n|\n|\r/).map(line => line.trim())
  return lines.find(line => line !== '' && !line.startsWith('#')) ?? ''
}
