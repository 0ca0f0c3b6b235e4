internal import Reactor

/// Reads a stream of server-sent events: bytes in, events out. Feeding the same bytes in other
/// pieces gives the same events.
///
/// Source: WHATWG HTML §9.2 (Server-sent events), parsing and interpreting an event stream.
public struct SSEParser: Sendable {
  private let maxEventBytes: Int

  private var line: [UInt8] = []
  private var isComment = false
  private var afterReturn = false
  private var markBytes = 0
  private var isAtStart = true

  private var event: String?
  private var data: [UInt8] = []
  private var hasData = false
  private var id: String?
  private var eventRetry: Int?
  private var eventBytes = 0

  /// The last id seen, which a client sends as `Last-Event-ID` when it connects again.
  public private(set) var lastEventID = ""
  /// Milliseconds to wait before connecting again, as last told.
  public private(set) var retry: Int?

  /// A parser at the start of a stream. `maxEventBytes` bounds the bytes of one event's lines.
  public init(maxEventBytes: Int) {
    self.maxEventBytes = maxEventBytes
  }

  /// Reads the next bytes and calls `emit` for each event they complete.
  /// - Throws: `.eventTooLarge`; the parser must not be used any more.
  public mutating func push(
    _ bytes: [UInt8], _ emit: (SSEEvent) -> Void
  ) throws(SSEError) {
    try push(bytes.span, emit)
  }

  /// Reads the next bytes and calls `emit` for each event they complete.
  /// - Throws: `.eventTooLarge`; the parser must not be used any more.
  public mutating func push(
    _ bytes: Span<UInt8>, _ emit: (SSEEvent) -> Void
  ) throws(SSEError) {
    var index = 0
    if isAtStart { skipMark(bytes, &index) }
    while index < bytes.count {
      if afterReturn {
        afterReturn = false
        if bytes[index] == ASCII.lineFeed {
          index += 1
          continue
        }
      }
      let start = index
      if !isComment, line.isEmpty, bytes[index] == ASCII.colon { isComment = true }
      while index < bytes.count, bytes[index] != ASCII.lineFeed,
        bytes[index] != ASCII.carriageReturn
      {
        index += 1
      }
      if !isComment {
        guard eventBytes + line.count + (index - start) <= maxEventBytes else {
          throw .eventTooLarge(limit: maxEventBytes)
        }
        line.makeRoom(for: index - start, upTo: maxEventBytes)
        bytes.extracting(start..<index).withUnsafeBufferPointer { line.append(contentsOf: $0) }
      }
      guard index < bytes.count else { return }
      afterReturn = bytes[index] == ASCII.carriageReturn
      index += 1
      endLine(emit)
    }
  }

  /// Tells that the stream has ended. True when it ended in the middle of an event, which is
  /// dropped.
  @discardableResult
  public mutating func finish() -> Bool {
    let isCutShort = hasData || !line.isEmpty
    line = []
    resetEvent()
    return isCutShort
  }

  /// A byte order mark may stand at the very start.
  private mutating func skipMark(_ bytes: Span<UInt8>, _ index: inout Int) {
    while index < bytes.count, markBytes < 3 {
      guard bytes[index] == Self.mark(markBytes) else {
        // It was none: what looked like its start belongs to the first line.
        for position in 0..<markBytes { line.append(Self.mark(position)) }
        isAtStart = false
        return
      }
      markBytes += 1
      index += 1
    }
    if markBytes == 3 { isAtStart = false }
  }

  private static func mark(_ position: Int) -> UInt8 {
    position == 0 ? 0xef : position == 1 ? 0xbb : 0xbf
  }

  private mutating func endLine(_ emit: (SSEEvent) -> Void) {
    if isComment {
      isComment = false
      return
    }
    if line.isEmpty {
      dispatch(emit)
      return
    }
    eventBytes += line.count
    let colon = line.firstIndex(of: ASCII.colon) ?? line.count
    var value = min(colon + 1, line.count)
    if value < line.count, line[value] == ASCII.space { value += 1 }
    if !hasData, isName("data", colon) {
      // Most events are one line, and a large one is not held twice.
      swap(&line, &data)
      data.removeFirst(value)
      hasData = true
      return
    }
    field(nameCount: colon, value: line[value...])
    line.removeAll(keepingCapacity: line.capacity <= 64 * 1024)
  }

  private mutating func field(nameCount: Int, value: ArraySlice<UInt8>) {
    if isName("data", nameCount) {
      if hasData { data.append(ASCII.lineFeed) }
      hasData = true
      data.append(contentsOf: value)
    } else if isName("event", nameCount) {
      event = value.isEmpty ? nil : String(decoding: value, as: UTF8.self)
    } else if isName("id", nameCount) {
      guard !value.contains(0) else { return }
      id = String(decoding: value, as: UTF8.self)
    } else if isName("retry", nameCount) {
      guard !value.isEmpty, value.count <= 9, value.allSatisfy(ASCII.isDigit) else { return }
      eventRetry = value.reduce(0) { $0 * 10 + Int($1 - 48) }
      retry = eventRetry
    }
  }

  private func isName(_ name: StaticString, _ count: Int) -> Bool {
    guard count == name.utf8CodeUnitCount else { return false }
    for index in 0..<count where line[index] != name.utf8Start[index] { return false }
    return true
  }

  private mutating func dispatch(_ emit: (SSEEvent) -> Void) {
    if let id { lastEventID = id }
    if hasData {
      emit(SSEEvent(event: event, data: data, id: id, retry: eventRetry))
    }
    resetEvent()
  }

  private mutating func resetEvent() {
    event = nil
    data = []
    hasData = false
    id = nil
    eventRetry = nil
    eventBytes = 0
  }
}
