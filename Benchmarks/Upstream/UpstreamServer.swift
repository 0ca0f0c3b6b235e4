import BenchmarkSupport
import Synchronization

/// What all threads count together.
final class Counters: Sendable {
  let messages = Atomic<Int>(0)
  let sessions = Atomic<Int>(0)
}

/// One thread's server: its own listening socket on the shared port and its own connections.
struct UpstreamServer: ~Copyable {
  private let listener: Int32
  private let poller: Poller
  private var connections: [Int32: UpstreamConnection] = [:]
  private let responder: Responder
  private let counters: Counters
  private let givesSessionIDs: Bool

  init(
    listener: Int32, counters: Counters, givesSessionIDs: Bool, eras: Responder.Eras
  ) throws(SystemFailure) {
    let poller = try Poller()
    try poller.add(listener, writing: false)
    self.poller = poller
    self.listener = listener
    self.counters = counters
    self.givesSessionIDs = givesSessionIDs
    responder = Responder(eras)
  }

  /// Serves until the process ends.
  mutating func run() throws(SystemFailure) {
    var ready: [(descriptor: Int32, isReadable: Bool, isWritable: Bool)] = []
    while true {
      ready.removeAll(keepingCapacity: true)
      try poller.wait(milliseconds: -1) { ready.append(($0, $1, $2)) }
      for event in ready {
        if event.descriptor == listener {
          try accept()
        } else if let connection = connections[event.descriptor] {
          try serve(connection, isReadable: event.isReadable, isWritable: event.isWritable)
        }
      }
    }
  }

  private mutating func accept() throws(SystemFailure) {
    while let descriptor = Socket.accept(listener) {
      try poller.add(descriptor, writing: false)
      connections[descriptor] = UpstreamConnection(
        descriptor: descriptor, responder: responder, counters: counters,
        givesSessionIDs: givesSessionIDs)
    }
  }

  private mutating func serve(
    _ connection: UpstreamConnection, isReadable: Bool, isWritable: Bool
  ) throws(SystemFailure) {
    let wasSending = connection.isSending
    var stays = true
    if wasSending && isWritable { stays = connection.becameWritable() }
    if stays && isReadable && !connection.isSending { stays = connection.becameReadable() }
    if !stays {
      connections[connection.descriptor] = nil
    } else if connection.isSending != wasSending {
      try poller.update(connection.descriptor, writing: connection.isSending)
    }
  }
}
