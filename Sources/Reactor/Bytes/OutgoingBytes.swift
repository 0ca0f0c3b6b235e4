/// Bytes on their way out, in order. A long run of an array is shared with it instead of copied;
/// what is short stands together. Both the text of a message and what waits for a descriptor.
///
/// A shared run keeps its whole array alive: at most `retainedMax` times its own bytes.
public struct OutgoingBytes: Sendable, Equatable {
  /// Bytes from which on a run is shared.
  public static let sharedMin = 16 << 10
  /// A run that is a smaller part of its array is copied.
  public static let retainedMax = 4
  /// Bytes that were taken from the front of what was copied before their memory is given back.
  private static let takenMax = 64 << 10

  /// What comes before `last`; what stands before `firstRun` was taken.
  private var runs: [ArraySlice<UInt8>] = []
  private var firstRun = 0
  private var runBytes = 0
  /// What is appended to; the bytes before `lastStart` were taken.
  private var last: [UInt8]
  private var lastStart = 0

  /// No bytes.
  public init() { last = [] }

  /// These bytes, not copied.
  public init(_ bytes: consuming [UInt8]) { last = bytes }

  /// Bytes that were not taken.
  public var count: Int { runBytes + last.count - lastStart }

  /// Whether all were taken.
  public var isEmpty: Bool { count == 0 }

  /// All bytes that were not taken, in one array.
  public var joined: [UInt8] {
    if runBytes == 0, lastStart == 0 { return last }
    var all: [UInt8] = []
    all.reserveCapacity(count)
    for run in runs[firstRun...] { all += run }
    all += last[lastStart...]
    return all
  }

  /// Whether the same bytes would go out, however they are kept.
  public static func == (left: OutgoingBytes, right: OutgoingBytes) -> Bool {
    left.count == right.count && left.joined == right.joined
  }

  // MARK: Appending

  /// Makes room for bytes that are copied.
  public mutating func reserveCapacity(_ bytes: Int) { last.reserveCapacity(bytes) }

  /// Appends a byte.
  public mutating func append(_ byte: UInt8) { last.append(byte) }

  /// Copies bytes.
  public mutating func append(copying bytes: some Collection<UInt8>) {
    last.append(contentsOf: bytes)
  }

  /// Copies the UTF-8 of a literal.
  public mutating func append(text: StaticString) {
    text.withUTF8Buffer { last.append(contentsOf: $0) }
  }

  /// Appends a whole array.
  public mutating func append(_ bytes: consuming [UInt8]) {
    if isEmpty {
      self = OutgoingBytes(bytes)
    } else if bytes.count >= Self.sharedMin {
      share(bytes[...])
    } else {
      last.append(contentsOf: bytes)
    }
  }

  /// Appends what stands at `range` in an array.
  public mutating func append(_ range: Range<Int>, of bytes: [UInt8]) {
    if range.count >= Self.sharedMin, range.count >= bytes.count / Self.retainedMax {
      share(bytes[range])
    } else {
      last.append(contentsOf: bytes[range])
    }
  }

  /// Appends what is left of others.
  public mutating func append(_ other: consuming OutgoingBytes) {
    if isEmpty {
      self = other
      return
    }
    for run in other.runs[other.firstRun...] {
      if run.count >= Self.sharedMin { share(run) } else { last.append(contentsOf: run) }
    }
    if other.lastStart == 0 {
      append(other.last)
    } else {
      last.append(contentsOf: other.last[other.lastStart...])
    }
  }

  private mutating func share(_ run: ArraySlice<UInt8>) {
    let before = last[lastStart...]
    if !before.isEmpty { runs.append(before) }
    runs.append(run)
    runBytes += before.count + run.count
    last = []
    lastStart = 0
  }

  /// Turns line breaks into spaces. A shared run that has one is copied.
  public mutating func flattenLineBreaks() {
    for index in firstRun..<runs.count where runs[index].hasLineBreak {
      var run = Array(runs[index])
      run.flattenLineBreaks()
      runs[index] = run[...]
    }
    if last[lastStart...].hasLineBreak { last.flattenLineBreaks() }
  }

  // MARK: Taking

  /// Takes at most `limit` bytes that lie together from the front.
  public mutating func take(_ limit: Int) -> ArraySlice<UInt8> {
    let front = firstRun < runs.count ? runs[firstRun] : last[lastStart...]
    let taken = front.prefix(limit)
    drop(taken.count)
    return taken
  }

  /// Takes bytes from the front and gives back what held them.
  public mutating func drop(_ count: Int) {
    precondition(count <= self.count)
    var rest = count
    while firstRun < runs.count {
      let length = runs[firstRun].count
      guard rest >= length else {
        runs[firstRun].removeFirst(rest)
        runBytes -= rest
        return
      }
      rest -= length
      runBytes -= length
      runs[firstRun] = []
      firstRun += 1
    }
    runs = []
    firstRun = 0
    lastStart += rest
    if lastStart == last.count {
      last = []
      lastStart = 0
    } else if lastStart > Self.takenMax, lastStart > last.count / 2 {
      last = Array(last[lastStart...])
      lastStart = 0
    }
  }

  /// Lends the first three pieces that each lie together to `body`; those that are not there are
  /// empty.
  public func withFront<Result>(
    _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Result
  ) -> Result {
    let none = UnsafeRawBufferPointer(start: nil, count: 0)
    guard firstRun < runs.count else {
      return last[lastStart...].withUnsafeBytes { body($0, none, none) }
    }
    return runs[firstRun].withUnsafeBytes { first in
      piece(firstRun + 1).withUnsafeBytes { second in
        piece(firstRun + 2).withUnsafeBytes { body(first, second, $0) }
      }
    }
  }

  private func piece(_ index: Int) -> ArraySlice<UInt8> {
    index < runs.count ? runs[index] : index == runs.count ? last[lastStart...] : []
  }
}
