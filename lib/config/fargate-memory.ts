/** What Fargate has, in MiB by CPU units. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size */
const memory: Readonly<Record<number, readonly number[]>> = {
  256: [512, 1024, 2048],
  512: steps(1024, 4096, 1024),
  1024: steps(2048, 8192, 1024),
  2048: steps(4096, 16_384, 1024),
  4096: steps(8192, 30_720, 1024),
  8192: steps(16_384, 61_440, 4096),
  16_384: steps(32_768, 122_880, 8192),
}

/** The memory that a task of this CPU size can have, the least first. */
export function fargateMemory(cpu: number): readonly number[] {
  return memory[cpu] ?? []
}

function steps(least: number, most: number, step: number): readonly number[] {
  return Array.from({ length: (most - least) / step + 1 }, (_, index) => least + index * step)
}
