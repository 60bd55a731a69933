import { isRecord } from '../is-record.ts'
import { isAnnotation } from './annotations.ts'
import type { ImageConfig } from './state.ts'

/** What an image's configuration says that matters here. Other artifacts (caches, signatures) have configurations of their own kinds. */
export function imageConfig(content: Buffer): ImageConfig {
  const parsed = parsedConfig(content)
  const { os, architecture, config } = parsed
  const labels = isRecord(config) && isRecord(config['Labels']) ? config['Labels'] : {}
  return {
    platform:
      typeof os === 'string' && typeof architecture === 'string' ? `${os}/${architecture}` : undefined,
    labels: Object.fromEntries(
      Object.entries(labels).filter(
        (label): label is [string, string] => isAnnotation(label[0]) && typeof label[1] === 'string',
      ),
    ),
  }
}

function parsedConfig(content: Buffer): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(content.toString())
    return isRecord(parsed) ? parsed : {}
  } catch {
    return {}
  }
}
