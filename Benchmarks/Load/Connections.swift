import BenchmarkSupport

/// The connections of a run and the epoll instance that watches them.
struct Connections: ~Copyable {
  private var poller: Poller
  private var all: [LoadConnection?] = []
  private var isWatchedForWriting: [Bool] = []
  private var ready: [(descriptor: Int32, isReadable: Bool, isWritable: Bool)] = []
  private(set) var count = 0

  init() throws(SystemFailure) { poller = try Poller() }

  /// Opens one more connection.
  mutating func open(_ options: LoadOptions, opensStream: Bool) throws(SystemFailure) {
    let connection = try LoadConnection(options, opensStream: opensStream)
    let index = Int(connection.descriptor)
    while all.count <= index {
      all.append(nil)
      isWatchedForWriting.append(false)
    }
    all[index] = connection
    isWatchedForWriting[index] = true
    count += 1
    try poller.add(connection.descriptor, writing: true)
  }

  mutating func remove(_ connection: LoadConnection) {
    all[Int(connection.descriptor)] = nil
    count -= 1
  }

  /// Watches `connection` for writing exactly while it has something to write.
  mutating func update(_ connection: LoadConnection) throws(SystemFailure) {
    let index = Int(connection.descriptor)
    guard isWatchedForWriting[index] != connection.isWaitingToWrite else { return }
    isWatchedForWriting[index] = connection.isWaitingToWrite
    try poller.update(connection.descriptor, writing: connection.isWaitingToWrite)
  }

  /// Waits at most that long and returns what the connections report.
  mutating func wait(
    milliseconds: Int32
  ) throws(SystemFailure) -> [(LoadConnection, LoadConnection.Event)] {
    ready.removeAll(keepingCapacity: true)
    try poller.wait(milliseconds: milliseconds) { ready.append(($0, $1, $2)) }
    var events: [(LoadConnection, LoadConnection.Event)] = []
    for event in ready {
      guard let connection = all[Int(event.descriptor)] else { continue }
      if let report = connection.becameReady(
        isReadable: event.isReadable, isWritable: event.isWritable)
      {
        events.append((connection, report))
      }
      try update(connection)
    }
    return events
  }
}
