import Glibc
import Synchronization

/// The last lines that an upstream wrote to standard error and what happened to its connection,
/// within a bound. Any thread.
public final class UpstreamLog: Sendable {
  /// One line.
  public struct Line: Sendable, Equatable {
    /// Counts from 0 without gaps over all lines, also those that are no longer kept.
    public var sequence: Int
    /// Milliseconds since the Unix epoch.
    public var time: Int64
    /// Who wrote it.
    public var source: Source
    /// At most 8 KiB.
    public var text: String
  }

  /// Who writes lines.
  public enum Source: String, Sendable {
    /// The upstream, on its standard error.
    case stderr
    /// The gateway, about the connection.
    case gateway
  }

  /// Bytes of text that are kept.
  public static let bytesMax = 64 << 10

  private struct State {
    var lines: [Line] = []
    /// Where the kept lines begin in `lines`.
    var start = 0
    var bytes = 0
    var next = 0
  }

  private let state = Mutex(State())

  /// No lines.
  public init() {}

  /// Adds a line; the oldest ones make room for it.
  public func append(_ text: String, from source: Source, time: Int64 = UpstreamLog.now()) {
    state.withLock { state in
      let line = Line(sequence: state.next, time: time, source: source, text: text)
      state.next += 1
      state.lines.append(line)
      state.bytes += Self.size(of: line)
      while state.bytes > Self.bytesMax, state.start < state.lines.count - 1 {
        state.bytes -= Self.size(of: state.lines[state.start])
        state.lines[state.start].text = ""
        state.start += 1
      }
      if state.start > state.lines.count / 2 {
        state.lines.removeFirst(state.start)
        state.start = 0
      }
    }
  }

  /// The kept lines from a sequence on, and the sequence that the next one will have.
  public func lines(from sequence: Int = 0) -> (lines: [Line], next: Int) {
    state.withLock { state in
      let kept = state.lines[state.start...]
      return (kept.filter { $0.sequence >= sequence }, state.next)
    }
  }

  /// Milliseconds since the Unix epoch.
  public static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }

  /// Short lines cost as well.
  private static func size(of line: Line) -> Int { line.text.utf8.count + 32 }
}
