import type { ImageBuild } from '../../../lib/build/ports.ts'

export function someBuild(more: Partial<ImageBuild> = {}): ImageBuild {
  return {
    context: '/src/shop',
    dockerfile: '/src/shop/Dockerfile',
    platforms: [],
    reference: 'registry.example.com/shop:v1',
    labels: {},
    args: {},
    secrets: [],
    contexts: {},
    timeoutMs: 60_000,
    ...more,
  }
}
