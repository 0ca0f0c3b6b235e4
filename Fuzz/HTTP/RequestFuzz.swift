import HTTP

// Feeds bytes to the request codec whole and cut, and asks for the same outcome.

struct RequestOutcome: Equatable {
  var heads: [HTTPIncomingHead] = []
  var body: [UInt8] = []
  var ends = 0
  var fault: HTTPRequestFault?
}

func parseRequests(_ pieces: [ArraySlice<UInt8>]) -> RequestOutcome {
  var parser = HTTPRequestParser()
  var outcome = RequestOutcome()
  do throws(HTTPRequestFault) {
    for piece in pieces {
      let bytes = Array(piece)
      var offset = 0
      while let event = try parser.next(bytes.span, &offset) {
        switch event {
        case .head(let head): outcome.heads.append(head)
        case .body(let range): outcome.body += bytes[range]
        case .end: outcome.ends += 1
        }
      }
    }
  } catch {
    outcome.fault = error
  }
  return outcome
}

func checkRequests(_ text: ArraySlice<UInt8>, cut: Int) {
  let whole = parseRequests([text])
  precondition(parseRequests([text[..<cut], text[cut...]]) == whole, "a cut changes requests")
  precondition(
    parseRequests(text.indices.map { text[$0...$0] }) == whole, "bytes change requests")
  for head in whole.heads {
    precondition(head.path.utf8.first == 47 || head.path == "*", "a target that is no path")
    precondition(head.minorVersion == 0 || head.headers.values("host").count == 1, "no host")
    precondition(head.headers.values("content-length").count <= 1, "two lengths")
    for field in head.headers.fields {
      precondition(!field.name.isEmpty && head[field.name] != nil, "a field cannot be found")
    }
  }
}
