// Written by somebody who does not like semicolons.

import { getOrders, getUser } from './api.js'

export class Cart {
	readonly signal = new AbortController().signal

	async load(id: string) {
		const [user, orders] = await Promise.all([getUser(id), getOrders(id)])
		return { user, orders }
	}
}
