internal import CPCRE2

/// A regular expression of ECMA-262 as JSON Schema uses them: Unicode, found anywhere in the
/// string.
///
/// The compiled code is immutable; each match has its own match data, hence Sendable.
final class SchemaPattern: @unchecked Sendable {
  /// How many steps of its search a first try may take; almost every match takes fewer.
  static var quickLimit: UInt32 { 2_000 }
  /// How many a second try may take. Past them, some milliseconds, the match counts as failed.
  static var patientLimit: UInt32 { 200_000 }
  /// The most memory a match may take, in kibibytes.
  static var heapLimitKibibytes: UInt32 { 1_024 }
  /// The longest pattern, in bytes.
  static var lengthLimit: Int { 16_384 }

  enum Outcome { case matches, differs, tooCostly }
  enum Effort { case quick, patient }

  /// The pattern as it was written.
  let text: String
  private let code: OpaquePointer
  private let quick: OpaquePointer
  private let patient: OpaquePointer

  init(_ text: String) throws(JSONSchemaError) {
    self.text = text
    guard text.utf8.count <= Self.lengthLimit else {
      throw .pattern(String(text.prefix(64)), reason: "longer than \(Self.lengthLimit) bytes")
    }
    let translated = try ECMAScriptPattern.translated(text)
    var code: Int32 = 0
    var offset = 0
    // `$` only at the very end, \uXXXX, [] and [^], and groups that did not take part match empty,
    // as ECMA-262 has it. \d, \w and \b stay ASCII.
    let options =
      PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_BSUX
      | PCRE2_ALLOW_EMPTY_CLASS | PCRE2_MATCH_UNSET_BACKREF
    let compileContext = pcre2_compile_context_create_8(nil)
    defer { pcre2_compile_context_free_8(compileContext) }
    pcre2_set_newline_8(compileContext, UInt32(PCRE2_NEWLINE_ANYCRLF))
    pcre2_set_compile_extra_options_8(compileContext, PCRE2_EXTRA_ALT_BSUX)
    let compiled = translated.withUnsafeBufferPointer {
      pcre2_compile_8($0.baseAddress, $0.count, options, &code, &offset, compileContext)
    }
    guard let compiled else {
      throw .pattern(text, reason: "\(Self.message(code)) at offset \(offset)")
    }
    self.code = compiled
    quick = Self.context(matchLimit: Self.quickLimit)
    patient = Self.context(matchLimit: Self.patientLimit)
  }

  private static func context(matchLimit: UInt32) -> OpaquePointer {
    guard let context = pcre2_match_context_create_8(nil) else {
      preconditionFailure("out of memory")
    }
    pcre2_set_match_limit_8(context, matchLimit)
    pcre2_set_heap_limit_8(context, heapLimitKibibytes)
    return context
  }

  deinit {
    pcre2_match_context_free_8(quick)
    pcre2_match_context_free_8(patient)
    pcre2_code_free_8(code)
  }

  /// Looks for the pattern in UTF-8.
  func match(_ subject: UnsafeBufferPointer<UInt8>, _ effort: Effort) -> Outcome {
    guard let data = pcre2_match_data_create_8(1, nil) else { return .tooCostly }
    defer { pcre2_match_data_free_8(data) }
    // Null is refused even for an empty subject.
    var none: UInt8 = 0
    let count = withUnsafePointer(to: &none) { none in
      pcre2_match_8(
        code, subject.baseAddress ?? none, subject.count, 0, PCRE2_NO_UTF_CHECK, data,
        effort == .quick ? quick : patient)
    }
    if count >= 0 { return .matches }
    return count == PCRE2_ERROR_NOMATCH ? .differs : .tooCostly
  }

  private static func message(_ code: Int32) -> String {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { buffer in
      let length = pcre2_get_error_message_8(code, buffer.baseAddress, buffer.count)
      guard length > 0 else { return "error \(code)" }
      return String(decoding: buffer[..<Int(length)], as: UTF8.self)
    }
  }
}

/// Rewrites what ECMA-262 means otherwise than PCRE2: `\s`, `\S`, and long names in `\p{…}`.
enum ECMAScriptPattern {
  /// ECMA-262's WhiteSpace and LineTerminator.
  private static var spaces: String {
    #"\x09-\x0d\x20\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"#
  }

  static func translated(_ text: String) throws(JSONSchemaError) -> [UInt8] {
    if text.hasPrefix("(*") { throw .pattern(text, reason: "nothing to repeat at offset 1") }
    let bytes = Array(text.utf8)
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count + 16)
    var at = 0
    var inClass = false
    while at < bytes.count {
      let byte = bytes[at]
      guard byte == UInt8(ascii: "\\"), at + 1 < bytes.count else {
        if byte == UInt8(ascii: "[") {
          // A bracket within a class is itself; PCRE2 would look for a POSIX class.
          if inClass { output.append(UInt8(ascii: "\\")) }
          inClass = true
        } else if byte == UInt8(ascii: "]") {
          inClass = false
        }
        output.append(byte)
        at += 1
        continue
      }
      switch bytes[at + 1] {
      case UInt8(ascii: "s"):
        output += (inClass ? spaces : "[\(spaces)]").utf8
        at += 2
      case UInt8(ascii: "S"):
        output += (inClass ? #"\S"# : "[^\(spaces)]").utf8
        at += 2
      case UInt8(ascii: "p"), UInt8(ascii: "P"):
        at = property(bytes, at, &output)
      default:
        output += bytes[at...at + 1]
        at += 2
      }
    }
    return output
  }

  /// Writes `\p{Letter}` as `\p{L}`; returns the place after it.
  private static func property(_ bytes: [UInt8], _ at: Int, _ output: inout [UInt8]) -> Int {
    guard at + 2 < bytes.count, bytes[at + 2] == UInt8(ascii: "{"),
      let close = bytes[at...].firstIndex(of: UInt8(ascii: "}"))
    else {
      output += bytes[at...at + 1]
      return at + 2
    }
    var name = String(decoding: bytes[(at + 3)..<close], as: UTF8.self)
    for prefix in ["General_Category=", "gc=", "Script=", "sc=", "Script_Extensions=", "scx="]
    where name.hasPrefix(prefix) { name.removeFirst(prefix.count) }
    output += bytes[at...at + 1]
    output += "{\(shortNames[name] ?? name)}".utf8
    return close + 1
  }

  /// Unicode's long names of general categories (PropertyValueAliases) that PCRE2 lacks.
  private static let shortNames: [String: String] = [
    "Letter": "L", "Cased_Letter": "L&", "Uppercase_Letter": "Lu", "Lowercase_Letter": "Ll",
    "Titlecase_Letter": "Lt", "Modifier_Letter": "Lm", "Other_Letter": "Lo", "Mark": "M",
    "Nonspacing_Mark": "Mn", "Spacing_Mark": "Mc", "Enclosing_Mark": "Me", "Number": "N",
    "Decimal_Number": "Nd", "digit": "Nd", "Letter_Number": "Nl", "Other_Number": "No",
    "Punctuation": "P", "punct": "P", "Symbol": "S", "Math_Symbol": "Sm", "Currency_Symbol": "Sc",
    "Modifier_Symbol": "Sk", "Other_Symbol": "So", "Separator": "Z", "Space_Separator": "Zs",
    "Line_Separator": "Zl", "Paragraph_Separator": "Zp", "Other": "C", "Control": "Cc",
    "Format": "Cf", "Surrogate": "Cs", "Private_Use": "Co", "Unassigned": "Cn",
  ]
}
