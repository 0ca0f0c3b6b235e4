import HTTP

// Feeds bytes to the response codec whole and cut, and asks for the same outcome. The first byte
// says where to cut and which method was asked.

struct Outcome: Equatable {
  var head: HTTPResponseHead?
  var body: [UInt8] = []
  var isComplete = false
  var error: HTTPResponseError?
}

func parse(_ pieces: [ArraySlice<UInt8>], method: String) -> Outcome {
  var parser = HTTPResponseParser(method: method)
  var outcome = Outcome()
  do throws(HTTPResponseError) {
    for piece in pieces {
      let bytes = Array(piece)
      var offset = 0
      while let event = try parser.next(bytes.span, &offset) {
        switch event {
        case .head(let head): outcome.head = head
        case .body(let range): outcome.body += bytes[range]
        case .end: outcome.isComplete = true
        }
      }
    }
    if try parser.finish() != nil { outcome.isComplete = true }
  } catch {
    outcome.error = error
  }
  return outcome
}

/// Called by libFuzzer with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  guard let start, count > 1 else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let method = bytes[0] & 1 == 0 ? "GET" : "HEAD"
  let text = bytes[1...]
  let whole = parse([text], method: method)
  let cut = text.startIndex + Int(bytes[0]) * text.count / 256
  precondition(parse([text[..<cut], text[cut...]], method: method) == whole, "a cut changes it")
  precondition(
    parse(text.indices.map { text[$0...$0] }, method: method) == whole, "bytes change it")
  checkRequests(text, cut: cut)
  if let head = whole.head {
    precondition((200...999).contains(head.status))
    for field in head.headers.fields {
      precondition(!field.name.isEmpty && head[field.name] != nil, "a field cannot be found")
    }
  }
  if let url = try? HTTPURL(String(decoding: text, as: UTF8.self)) {
    precondition((try? HTTPURL(url.description)) == url, "a URL is not what it says")
  }
  return 0
}
