import type { Deployment } from '../../deployment/deployment.ts'

/** The images of deployments, each once. */
export function digestsOf(deployments: readonly Pick<Deployment, 'imageDigest'>[]): readonly string[] {
  return [...new Set(deployments.flatMap(({ imageDigest }) => imageDigest ?? []))]
}
