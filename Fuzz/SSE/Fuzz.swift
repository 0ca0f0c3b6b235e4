import HTTP

// Feeds bytes to the event parser whole and cut, asks for the same events, and for what the writer
// makes of them to be read again as they were.

func parse(_ pieces: [ArraySlice<UInt8>]) -> (events: [SSEEvent], failed: Bool, id: String) {
  var parser = SSEParser(maxEventBytes: 256)
  var events: [SSEEvent] = []
  do throws(SSEError) {
    for piece in pieces { try parser.push(Array(piece)) { events.append($0) } }
    parser.finish()
    return (events, false, parser.lastEventID)
  } catch {
    return (events, true, parser.lastEventID)
  }
}

/// Called by libFuzzer with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  guard let start, count > 1 else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let text = bytes[1...]
  let whole = parse([text])
  let cut = text.startIndex + Int(bytes[0]) * text.count / 256
  for pieces in [[text[..<cut], text[cut...]], text.indices.map { text[$0...$0] }] {
    let other = parse(pieces)
    precondition(other == whole, "a cut changes the events")
  }
  for event in whole.events {
    precondition(event.data.count <= 256)
    var parser = SSEParser(maxEventBytes: 1 << 20)
    var again: [SSEEvent] = []
    do throws(SSEError) {
      try parser.push(SSEWriter.encode(event)) { again.append($0) }
    } catch {
      preconditionFailure("what was written is too large")
    }
    precondition(again == [event], "what is written is read differently")
  }
  return 0
}
