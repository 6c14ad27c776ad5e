// Written by somebody who does not like semicolons.

import { TaskGroup } from 'asr-runtime'
import { getOrders, getUser } from './api.js'

export class Cart {
	readonly signal = new AbortController().signal

	async load(id: string) {
		const [user, orders] = await TaskGroup.all([({ signal }) => getUser(id, { signal }), ({ signal }) => getOrders(id, { signal })], { signal: this.signal })
		return { user, orders }
	}
}
