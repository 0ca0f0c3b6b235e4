import Cedar

/// Formats the input at a width that its first byte gives. The result reads as the same policies,
/// and formatting it again changes nothing.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = UnsafeBufferPointer(start: start, count: count)
  guard let first = input.first else { return 0 }
  let text = String(decoding: input, as: UTF8.self)
  guard let formatted = try? PolicyFormatter.format(text, file: "fuzz", width: Int(first)) else {
    return 0
  }
  let again = try? PolicyFormatter.format(formatted, file: "fuzz", width: Int(first))
  precondition(again?.utf8.elementsEqual(formatted.utf8) == true, "formatting is not stable")
  guard let policies = try? PolicySet.parse(text, file: "fuzz") else { return 0 }
  let reread = try? PolicySet.parse(formatted, file: "fuzz")
  precondition(
    reread?.text.utf8.elementsEqual(policies.text.utf8) == true, "formatting changes the policies")
  return 0
}
