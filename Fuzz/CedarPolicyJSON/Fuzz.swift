import Cedar

/// Keeps results alive, so that the optimiser cannot drop the work.
nonisolated(unsafe) var sink = 0  // touched only by the one thread that fuzzes

/// Reads the input as policies in the JSON format, and if it is no set as one policy. What is
/// written of them in JSON reads as the same policies. What is wrong is rendered.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  do throws(PolicyParseErrors) {
    check(try PolicySet.parse(json: text, file: "fuzz"))
  } catch {
    sink &+= error.description.utf8.count
  }
  do throws(PolicyParseErrors) {
    check(try PolicySet.parse(policyJSON: text, file: "fuzz"))
  } catch {
    sink &+= error.description.utf8.count
  }
  return 0
}

private func check(_ policies: PolicySet) {
  sink &+= policies.text.utf8.count
  guard let json = try? policies.json() else { return }
  // The first writing takes `has a.b` apart, which may make more levels than can be read.
  guard let reread = try? PolicySet.parse(json: json, file: "fuzz") else { return }
  precondition(reread.policies.count == policies.policies.count, "policies are lost")
  precondition(reread.templates.count == policies.templates.count, "templates are lost")
  precondition(
    (try? reread.json())?.utf8.elementsEqual(json.utf8) == true, "the JSON reads differently")
}
