internal import CLinux

/// What to watch a descriptor for.
public struct Interest: OptionSet, Sendable, Hashable {
  /// Bits as epoll names them.
  public var rawValue: UInt32

  /// An interest from epoll's bits.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Bytes to read, a connection to accept, or the end of the stream.
  public static let read = Interest(rawValue: LINUX_EPOLLIN)
  /// Room to write.
  public static let write = Interest(rawValue: LINUX_EPOLLOUT)
  /// The peer closed its sending half (EPOLLRDHUP).
  public static let hangup = Interest(rawValue: LINUX_EPOLLRDHUP)
  /// Report each change once instead of as long as it holds.
  public static let edge = Interest(rawValue: LINUX_EPOLLET)
}

/// What a descriptor is ready for. `error` and `hangup` come without being asked for.
public struct Readiness: OptionSet, Sendable, Hashable {
  /// Bits of this set.
  public var rawValue: UInt8

  /// A readiness from its bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Reading will not block.
  public static let read = Readiness(rawValue: 1)
  /// Writing will not block.
  public static let write = Readiness(rawValue: 2)
  /// The other end is closed, wholly (EPOLLHUP) or its sending half (EPOLLRDHUP).
  public static let hangup = Readiness(rawValue: 4)
  /// An error is pending (EPOLLERR).
  public static let error = Readiness(rawValue: 8)

  init(epoll events: UInt32) {
    var bits: UInt8 = 0
    if events & LINUX_EPOLLIN != 0 { bits |= 1 }
    if events & LINUX_EPOLLOUT != 0 { bits |= 2 }
    if events & (LINUX_EPOLLHUP | LINUX_EPOLLRDHUP) != 0 { bits |= 4 }
    if events & LINUX_EPOLLERR != 0 { bits |= 8 }
    rawValue = bits
  }
}

/// A descriptor watched by a loop. It stays watched until `cancel`, also when this object is
/// dropped; the descriptor itself is never closed here.
public final class Registration: @unchecked Sendable {  // confined to its loop
  /// The descriptor.
  public let fd: Int32
  /// What it is watched for now.
  public private(set) var interest: Interest

  let loop: EventLoop
  var token = RegistrationTable.Token(rawValue: 0)
  private(set) var handler: ((Readiness) -> Void)?

  init(loop: EventLoop, fd: Int32, interest: Interest, handler: @escaping (Readiness) -> Void) {
    self.loop = loop
    self.fd = fd
    self.interest = interest
    self.handler = handler
  }

  /// True once `cancel` was called.
  public var isCancelled: Bool { handler == nil }

  /// Watches for something else from now on. Does nothing after `cancel`.
  public func update(_ interest: Interest) throws(ReactorError) {
    loop.preconditionCurrent()
    guard !isCancelled, interest != self.interest else { return }
    try loop.modify(self, interest)
    self.interest = interest
  }

  /// Stops watching. The handler is not called again, not even for events that were already
  /// fetched, and is released. Call it before closing the descriptor.
  public func cancel() {
    loop.preconditionCurrent()
    guard handler != nil else { return }
    handler = nil
    loop.remove(self)
  }
}

/// Registrations by token. A slot's generation changes each time it is freed, so an event fetched
/// for an earlier tenant finds nothing.
struct RegistrationTable {
  struct Token: Equatable {
    var rawValue: UInt64
    var slot: Int { Int(truncatingIfNeeded: rawValue & 0xffff_ffff) }
    var generation: UInt32 { UInt32(truncatingIfNeeded: rawValue >> 32) }
  }

  private var slots: [(generation: UInt32, registration: Registration?)] = []
  private var free: [Int] = []

  var count: Int { slots.count - free.count }

  subscript(token: Token) -> Registration? {
    let slot = token.slot
    guard slot < slots.count, slots[slot].generation == token.generation else { return nil }
    return slots[slot].registration
  }

  mutating func insert(_ registration: Registration) -> Token {
    let slot: Int
    if let reused = free.popLast() {
      slot = reused
      slots[slot].registration = registration
    } else {
      slot = slots.count
      slots.append((0, registration))
    }
    return Token(rawValue: UInt64(slots[slot].generation) << 32 | UInt64(slot))
  }

  mutating func remove(_ token: Token) {
    let slot = token.slot
    guard slot < slots.count, slots[slot].generation == token.generation,
      slots[slot].registration != nil
    else { return }
    slots[slot].registration = nil
    slots[slot].generation &+= 1
    free.append(slot)
  }
}
