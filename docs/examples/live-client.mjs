// Follows an organization's phones over /hubs/fleet. The protocol is described in docs/live-feed.md; this module has no
// dependency: give it a connection made with @microsoft/signalr (protocol json or messagepack).
//
//   const connection = new HubConnectionBuilder().withUrl(url).withHubProtocol(new MessagePackHubProtocol()).build()
//   const client = new LiveClient(connection, { onFrame: (frame, fleet) => draw(fleet.phones) })
//   await connection.start()
//   await client.watch({ viewport: { west: 8.4, south: 47, east: 9.8, north: 47.6, zoom: 9 } })

export const states = ['never', 'online', 'overdue', 'offline', 'damaged', undefined, 'suspected', 'lost']
export const bearers = ['unknown', 'none', 'wifi', 'mobile', 'physicalSim', 'esim']

/** Reads one frame. `bytes` is a Uint8Array, or base64 text where the JSON protocol delivered it. */
export function decodeFrame(bytes) {
  const reader = new Reader(typeof bytes === 'string' ? fromBase64(bytes) : bytes)
  const number = reader.varint()
  const flags = reader.varint()
  const frame = {
    number,
    reset: (flags & 1) !== 0,
    more: (flags & 2) !== 0,
    stale: (flags & 4) !== 0,
    clustered: (flags & 8) !== 0,
    time: reader.varint(),
    introductions: [],
    rows: [],
    gone: [],
  }
  while (!reader.atEnd) {
    const tag = reader.byte()
    const body = reader.slice(reader.varint())
    if (tag === 1) frame.counts = decodeCounts(body)
    else if (tag === 2) frame.introductions = decodeIntroductions(body)
    else if (tag === 3) frame.rows = decodeRows(body)
    else if (tag === 4) frame.gone = decodeGone(body)
    else if (tag === 5) frame.clusters = decodeClusters(body)
    else if (tag === 6) frame.chosen = JSON.parse(body.rest())
    else if (tag === 7) frame.resume = body.rest()
  }
  return frame
}

/** What the client knows: apply each frame to it, in order. */
export class Fleet {
  phones = new Map() // handle -> { id, name, fleet, person, personName, latitude, longitude, state, … }
  clusters = []
  counts = { all: 0, esim: 0, byState: [] }
  chosen = null
  resume = null
  stale = false
  clustered = false

  apply(frame) {
    if (frame.reset) {
      this.phones.clear()
      this.clusters = []
      this.counts = { all: 0, esim: 0, byState: [] }
      this.resume = null
    }
    for (const { handle, ...introduction } of frame.introductions) {
      const known = this.phones.get(handle)
      this.phones.set(handle, { ...(known ?? blank()), ...introduction })
    }
    for (const row of frame.rows) this.#change(row)
    for (const handle of frame.gone) this.phones.delete(handle)
    if (frame.counts) this.counts = frame.counts
    if (frame.clusters) this.clusters = frame.clusters
    if (frame.chosen !== undefined) this.chosen = frame.chosen
    if (frame.resume) this.resume = frame.resume
    this.stale = frame.stale
    this.clustered = frame.clustered
  }

  #change(row) {
    const phone = this.phones.get(row.handle)
    if (!phone) throw new Error(`A row of phone ${row.handle}, which was never introduced`)
    if (row.fresh) Object.assign(phone, blank())
    if (row.place) {
      phone.latitudeE6 = (phone.latitudeE6 ?? 0) + row.place[0]
      phone.longitudeE6 = (phone.longitudeE6 ?? 0) + row.place[1]
      phone.latitude = phone.latitudeE6 / 1e6
      phone.longitude = phone.longitudeE6 / 1e6
    }
    if (row.status !== undefined) {
      phone.state = states[row.status & 7]
      phone.bearer = bearers[(row.status >> 3) & 7]
      phone.charging = [null, false, true][(row.status >> 6) & 3]
    }
    if (row.motion) {
      phone.heading = row.motion[0] === 255 ? null : row.motion[0] * 2
      phone.speed = row.motion[1] === 0 ? null : (row.motion[1] - 1) / 2
      phone.moving = row.motion[1] > 3
    }
    if (row.battery !== undefined) phone.battery = row.battery === 255 ? null : row.battery
    phone.fixedAt += row.fixedAt ?? 0
    phone.contactAt += row.contactAt ?? 0
  }
}

/** Keeps a Fleet current over a connection, acknowledges each frame, and resumes after a reconnect. */
export class LiveClient {
  fleet = new Fleet()
  #connection
  #onFrame
  #request = null
  #chosen = null

  constructor(connection, { onFrame } = {}) {
    this.#connection = connection
    this.#onFrame = onFrame
    connection.on('Frame', (bytes) => this.#apply(bytes))
    connection.onreconnected?.(() => this.resume())
  }

  /** Watches `{ fleet, viewport, limit }`. */
  watch(request) {
    this.#request = { fleet: null, viewport: null, limit: null, ...request }
    return this.#connection.invoke('Watch', { ...this.#request, resume: null })
  }

  /** After a reconnect: goes on from the last frame that can be gone on from. */
  async resume() {
    if (!this.#request) return
    await this.#connection.invoke('Watch', { ...this.#request, resume: this.fleet.resume })
    if (this.#chosen) await this.choose(this.#chosen)
  }

  move(viewport) {
    this.#request = { ...this.#request, viewport }
    this.fleet.resume = null // it named the viewport that was
    return this.#connection.invoke('Move', viewport)
  }

  choose(deviceId) {
    this.#chosen = deviceId
    return this.#connection.invoke('Choose', deviceId)
  }

  #apply(bytes) {
    const frame = decodeFrame(bytes)
    this.fleet.apply(frame)
    this.#onFrame?.(frame, this.fleet)
    this.#connection.send('Ack', frame.number).catch(() => {}) // the connection has just gone; its own events say so
  }
}

function blank() {
  return {
    latitudeE6: null, longitudeE6: null, latitude: null, longitude: null, state: 'never', bearer: 'unknown',
    charging: null, heading: null, speed: null, moving: false, battery: null, fixedAt: 0, contactAt: 0,
  }
}

function decodeCounts(reader) {
  const all = reader.varint()
  const esim = reader.varint()
  const byState = []
  while (!reader.atEnd) byState.push(reader.varint())
  return { all, esim, byState }
}

function decodeIntroductions(reader) {
  const found = []
  for (let handle = 0; !reader.atEnd; ) {
    handle += reader.varint()
    found.push({
      handle,
      id: reader.ulid(),
      fleet: reader.varint(),
      person: reader.varint(),
      name: reader.text(),
      personName: reader.text(),
    })
  }
  return found
}

function decodeRows(reader) {
  const rows = []
  for (let handle = 0; !reader.atEnd; ) {
    handle += reader.varint()
    const mask = reader.byte()
    const row = { handle, fresh: (mask & 1) !== 0 }
    if (mask & 2) row.place = [reader.zigzag(), reader.zigzag()]
    if (mask & 4) row.status = reader.varint()
    if (mask & 8) row.motion = [reader.byte(), reader.byte()]
    if (mask & 16) row.battery = reader.byte()
    if (mask & 32) row.fixedAt = reader.zigzag()
    if (mask & 64) row.contactAt = reader.zigzag()
    rows.push(row)
  }
  return rows
}

function decodeGone(reader) {
  const gone = []
  for (let handle = 0; !reader.atEnd; ) gone.push((handle += reader.varint()))
  return gone
}

function decodeClusters(reader) {
  const level = reader.byte()
  const side = 2 ** level
  const clusters = []
  for (let cell = 0; !reader.atEnd; ) {
    cell += reader.varint()
    const x = ((cell % side) + reader.byte() / 256) / side
    const y = (Math.floor(cell / side) + reader.byte() / 256) / side
    const mask = reader.byte()
    const byState = states.map((_, state) => (mask & (1 << state) ? reader.varint() : 0))
    clusters.push({
      level,
      cell,
      longitude: x * 360 - 180,
      latitude: (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI,
      count: byState.reduce((sum, count) => sum + count, 0),
      byState,
    })
  }
  return clusters
}

class Reader {
  #at = 0
  constructor(bytes) {
    this.bytes = bytes
  }

  get atEnd() {
    return this.#at >= this.bytes.length
  }

  byte() {
    if (this.atEnd) throw new Error('The frame ends too early')
    return this.bytes[this.#at++]
  }

  // Multiplies instead of shifting: a shift would cut at 32 bits.
  varint() {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte()
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }

  zigzag() {
    const value = this.varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  slice(length) {
    if (this.#at + length > this.bytes.length) throw new Error('The frame ends too early')
    this.#at += length
    return new Reader(this.bytes.subarray(this.#at - length, this.#at))
  }

  rest() {
    return new TextDecoder().decode(this.bytes.subarray(this.#at))
  }

  text() {
    return this.slice(this.varint()).rest()
  }

  ulid() {
    let value = 0n
    for (const byte of this.slice(16).bytes) value = (value << 8n) | BigInt(byte)
    let text = ''
    for (let shift = 125n; shift >= 0n; shift -= 5n) text += '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[Number((value >> shift) & 31n)]
    return text
  }
}

function fromBase64(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
