import { openStrategyShop, type StrategyShop } from './strategy-shop.ts'

/** Opens an account of its own for one test, and closes it whatever happens. */
export async function inShop(work: (shop: StrategyShop) => Promise<void>): Promise<void> {
  const shop = await openStrategyShop()
  try {
    await work(shop)
  } finally {
    await shop.close()
  }
}
