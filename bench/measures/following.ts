import type { Measure } from '../figure.ts'
export const following: Measure = { name: 'following', run: async () => [] }
