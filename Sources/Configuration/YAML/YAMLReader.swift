import CYAML

/// Reads one YAML document into a tree of nodes, from libyaml's events.
///
/// Refuses what a configuration does not need and an attacker could use: anchors and aliases,
/// tags, several documents, and whatever exceeds `ConfigurationBounds`. The tree is built on a
/// stack of its own, so nesting costs no call stack.
struct YAMLReader {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private var open: [Open] = []
  private var root: YAMLNode?
  private var nodes = 0
  /// Duplicate keys do not stop the reading: the first of each stays.
  private var duplicates: [YAMLError] = []

  /// A sequence or mapping whose end has not come yet.
  private struct Open {
    var mark: YAMLMark
    var isMapping: Bool
    var items: [YAMLNode] = []
    var entries: [YAMLEntry] = []
    var keys: [String: YAMLMark] = [:]
    var pendingKey: (text: String, mark: YAMLMark)?
  }

  /// The document's root, or nil when the text holds no document. Duplicate keys are handed back
  /// beside it, so that a person sees them together with everything else that is wrong.
  static func read(
    _ text: [UInt8]
  ) throws(YAMLError) -> (root: YAMLNode?, duplicateKeys: [YAMLError]) {
    guard text.count <= ConfigurationBounds.fileBytes else {
      throw YAMLError(
        mark: .wholeFile, message: "the file has \(text.count) bytes",
        expected: "at most \(ConfigurationBounds.fileBytes) bytes")
    }
    // libyaml asserts that it is given an address, which an empty array may not have.
    guard !text.isEmpty else { return (nil, []) }
    return try text.withUnsafeBufferPointer { buffer throws(YAMLError) in
      let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
      defer { parser.deallocate() }
      guard yaml_parser_initialize(parser) == 1 else {
        throw YAMLError(mark: .wholeFile, message: "out of memory")
      }
      defer { yaml_parser_delete(parser) }
      yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
      yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
      var reader = YAMLReader(parser: parser)
      do throws(YAMLError) {
        return try reader.run()
      } catch {
        throw commentError(in: text, before: error.mark.line) ?? error
      }
    }
  }

  /// Editors allow `//` comments in their JSON files, which break YAML somewhere later.
  private static func commentError(in text: [UInt8], before line: Int) -> YAMLError? {
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, bytes) in lines.prefix(line).enumerated() {
      let start = bytes.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      if start.starts(with: "//".utf8) {
        let mark = YAMLMark(line: index + 1, column: start.startIndex - bytes.startIndex + 1)
        return YAMLError(
          mark: mark, message: "a comment begins with `//`",
          expected: "`#` before a comment, as YAML has it")
      }
    }
    return nil
  }

  private init(parser: UnsafeMutablePointer<yaml_parser_t>) {
    self.parser = parser
  }

  private mutating func run() throws(YAMLError) -> (YAMLNode?, [YAMLError]) {
    var documents = 0
    while true {
      var event = yaml_event_t()
      guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxError() }
      defer { yaml_event_delete(&event) }
      let mark = YAMLMark(event.start_mark)
      switch event.type {
      case YAML_STREAM_END_EVENT:
        return (root, duplicates)
      case YAML_DOCUMENT_START_EVENT:
        documents += 1
        guard documents == 1 else {
          throw YAMLError(
            mark: mark, message: "a second document starts here", expected: "one document a file")
        }
      case YAML_ALIAS_EVENT:
        throw YAMLError(
          mark: mark, message: "aliases (`*name`) are not supported",
          expected: "the value written out")
      case YAML_SCALAR_EVENT:
        let scalar = event.data.scalar
        try refuse(anchor: scalar.anchor, tag: scalar.tag, at: mark)
        let text = String(
          decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
        let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
        try add(scalar: isPlain ? YAMLScalar(plain: text) : YAMLScalar(quoted: text), at: mark)
      case YAML_SEQUENCE_START_EVENT:
        let start = event.data.sequence_start
        try refuse(anchor: start.anchor, tag: start.tag, at: mark)
        try push(Open(mark: mark, isMapping: false))
      case YAML_MAPPING_START_EVENT:
        let start = event.data.mapping_start
        try refuse(anchor: start.anchor, tag: start.tag, at: mark)
        try push(Open(mark: mark, isMapping: true))
      case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
        guard let done = open.popLast() else { throw syntaxError() }
        try add(
          YAMLNode(
            mark: done.mark,
            content: done.isMapping ? .mapping(done.entries) : .sequence(done.items)))
      default:
        break
      }
    }
  }

  private func refuse(
    anchor: UnsafeMutablePointer<yaml_char_t>?, tag: UnsafeMutablePointer<yaml_char_t>?,
    at mark: YAMLMark
  ) throws(YAMLError) {
    if anchor != nil {
      throw YAMLError(
        mark: mark, message: "anchors (`&name`) are not supported",
        expected: "the value written out where it is used")
    }
    if tag != nil {
      throw YAMLError(
        mark: mark, message: "tags (`!name`) are not supported", expected: "the plain value")
    }
  }

  private mutating func push(_ collection: Open) throws(YAMLError) {
    guard open.count < ConfigurationBounds.depth else {
      throw YAMLError(
        mark: collection.mark, message: "nested deeper than \(ConfigurationBounds.depth) levels")
    }
    if let last = open.last, last.isMapping, last.pendingKey == nil {
      throw YAMLError(
        mark: collection.mark, message: "a list or mapping stands where a key should",
        expected: "a name; text that starts with `{` or `[` needs quotes")
    }
    open.append(collection)
  }

  private mutating func add(scalar: YAMLScalar, at mark: YAMLMark) throws(YAMLError) {
    if let last = open.last, last.isMapping, last.pendingKey == nil {
      open[open.count - 1].pendingKey = (scalar.text, mark)
      try count(at: mark)
    } else {
      try add(YAMLNode(mark: mark, content: .scalar(scalar)))
    }
  }

  private mutating func add(_ node: YAMLNode) throws(YAMLError) {
    try count(at: node.mark)
    guard !open.isEmpty else {
      root = node
      return
    }
    let top = open.count - 1
    guard open[top].isMapping else {
      open[top].items.append(node)
      return
    }
    guard let key = open[top].pendingKey else { return }
    open[top].pendingKey = nil
    if let first = open[top].keys[key.text] {
      if duplicates.count <= ConfigurationBounds.problems {
        duplicates.append(
          YAMLError(
            mark: key.mark,
            message: "duplicate key \(quoted(key.text)), first used in line \(first.line)",
            expected: "each key once"))
      }
      return
    }
    open[top].keys[key.text] = key.mark
    open[top].entries.append(YAMLEntry(key: key.text, keyMark: key.mark, value: node))
  }

  private mutating func count(at mark: YAMLMark) throws(YAMLError) {
    nodes += 1
    guard nodes <= ConfigurationBounds.nodes else {
      throw YAMLError(
        mark: mark, message: "the file has too many values",
        expected: "at most \(ConfigurationBounds.nodes)")
    }
  }

  private func syntaxError() -> YAMLError {
    let state = parser.pointee
    let problem = state.problem.map { String(cString: $0) } ?? "not YAML"
    if state.error == YAML_READER_ERROR {
      return YAMLError(
        mark: .wholeFile, message: "\(problem) at byte \(state.problem_offset)",
        expected: "YAML or JSON text in UTF-8")
    }
    var expected: String?
    if let context = state.context { expected = "valid YAML (\(String(cString: context)))" }
    if problem.contains("cannot start any token") {
      expected = "spaces instead of tabs for indentation, and quotes around text like `@x` or `%x`"
    }
    return YAMLError(
      mark: YAMLMark(state.problem_mark), message: "not valid YAML: \(problem)", expected: expected)
  }
}

extension YAMLMark {
  fileprivate init(_ mark: yaml_mark_t) {
    self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
  }
}
