import CLinux
import Glibc
import Reactor
import Synchronization

/// Runs `body` as a task on a loop of its own.
func onLoop<T: Sendable>(
  _ body: @escaping @Sendable (EventLoop) async throws -> T
) async throws -> T {
  let group = try EventLoopGroup(count: 1)
  defer { group.shutdown() }
  let loop = group.loops[0]
  return try await Task(executorPreference: loop) { try await body(loop) }.value
}

/// Waits until `condition` holds; false when it does not within ten seconds.
func eventually(_ loop: EventLoop, _ condition: () -> Bool) async -> Bool {
  let deadline = MonotonicTime.read() + .seconds(10)
  while !condition() {
    guard MonotonicTime.read() < deadline else { return false }
    try? await loop.sleep(for: .milliseconds(1))
  }
  return true
}

/// A pipe whose ends are closed when it goes; both ends non-blocking.
final class TestPipe: @unchecked Sendable {
  let readEnd: Int32
  let writeEnd: Int32
  private var writeEndOpen = true

  init() {
    var ends: [Int32] = [-1, -1]
    precondition(linux_pipe2(&ends, O_CLOEXEC | O_NONBLOCK) == 0)
    readEnd = ends[0]
    writeEnd = ends[1]
  }

  deinit {
    close(readEnd)
    closeWriteEnd()
  }

  func closeWriteEnd() {
    if writeEndOpen { close(writeEnd) }
    writeEndOpen = false
  }

  func put(_ text: String) {
    let bytes = Array(text.utf8)
    precondition(write(writeEnd, bytes, bytes.count) == bytes.count)
  }

  func take() -> String {
    var bytes = [UInt8](repeating: 0, count: 1024)
    let count = read(readEnd, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }
}

/// Reads `fd` until its end.
func readToEnd(_ fd: Int32, on loop: EventLoop) async throws -> [UInt8] {
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = read(fd, &buffer, buffer.count)
    if count > 0 {
      bytes += buffer[..<count]
    } else if count == 0 {
      return bytes
    } else if errno == EAGAIN {
      try await ready(fd, for: .read, on: loop)
    } else {
      throw ReactorError.system(call: "read", code: errno, subject: "descriptor \(fd)")
    }
  }
}

/// Reads one line of `fd`, without its end.
func readLine(_ fd: Int32, on loop: EventLoop) async throws -> String {
  var bytes: [UInt8] = []
  while true {
    var byte: UInt8 = 0
    let count = read(fd, &byte, 1)
    if count == 1 {
      if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(byte)
    } else if count < 0 && errno == EAGAIN {
      try await ready(fd, for: .read, on: loop)
    } else {
      return String(decoding: bytes, as: UTF8.self)
    }
  }
}

/// Writes all of `bytes` to `fd`.
func writeAll(_ bytes: [UInt8], to fd: Int32, on loop: EventLoop) async throws {
  var offset = 0
  while offset < bytes.count {
    let count = bytes[offset...].withUnsafeBytes { write(fd, $0.baseAddress, $0.count) }
    if count > 0 {
      offset += count
    } else if errno == EAGAIN {
      try await ready(fd, for: .write, on: loop)
    } else {
      throw ReactorError.system(call: "write", code: errno, subject: "descriptor \(fd)")
    }
  }
}

/// Suspends until `fd` is ready.
func ready(_ fd: Int32, for interest: Interest, on loop: EventLoop) async throws {
  try await withUnsafeThrowingContinuation {
    (continuation: UnsafeContinuation<Void, any Error>) in
    final class Holder { var registration: Registration? }
    let holder = Holder()
    do {
      holder.registration = try loop.register(fd, for: interest) { _ in
        holder.registration?.cancel()
        holder.registration = nil
        continuation.resume()
      }
    } catch {
      continuation.resume(throwing: error)
    }
  }
}

/// True while a process of this number exists, zombies included.
func exists(_ pid: Int32) -> Bool { kill(pid, 0) == 0 || errno != ESRCH }

/// A list several threads append to.
final class Log<Element: Sendable>: Sendable {
  private let items = Mutex<[Element]>([])

  func add(_ item: Element) { items.withLock { $0.append(item) } }
  var all: [Element] { items.withLock { $0 } }
  var count: Int { items.withLock { $0.count } }
}
