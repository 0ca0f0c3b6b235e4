/// Runs tests of policies that stand in files. It reads no files itself.
public struct PolicyTestRunner {
  private let root: String
  private let read: (String) throws -> [UInt8]
  private let validate: ((PolicySet, Schema) -> Bool)?
  private let limits: EntityLimits

  /// Makes a runner.
  /// - Parameters:
  ///   - root: the directory to which paths in tests are relative, as those in the Cedar project's
  ///     tests are. What is not found there is looked for beside the test.
  ///   - read: gives the bytes of a file, or throws when there is none.
  ///   - validate: says whether policies are valid against a schema; without it, what
  ///     `shouldValidate` expects is not looked at.
  public init(
    root: String = "", validate: ((PolicySet, Schema) -> Bool)? = nil,
    limits: EntityLimits = .standard, read: @escaping (String) throws -> [UInt8]
  ) {
    self.root = root
    self.read = read
    self.validate = validate
    self.limits = limits
  }

  /// Runs the test in a file.
  /// - Throws: when a file is missing, or does not hold what it should.
  public func run(_ file: String) throws(PolicyTestError) -> PolicyTestOutcome {
    let test: PolicyTest
    do {
      test = try PolicyTest(json: try read(file), limits: limits)
    } catch {
      throw PolicyTestError(file: file, message: "\(error)")
    }
    let schema = try test.schema.map { path throws(PolicyTestError) in
      try load(path, of: file) { source in
        PolicyTestRunner.isJSON(source.text)
          ? try Schema.parse(json: source.text, file: source.file) : try Schema.parse([source])
      }
    }
    let policies = try load(test.policies, of: file) { try PolicySet.parse([$0]) }
    let entities = try load(test.entities, of: file) { source in
      try Entities.parse(json: source.text, schema: schema, limits: limits)
    }
    return test.run(
      policies: policies, entities: entities, schema: schema, validate: validate, limits: limits)
  }

  /// Reads a file that a test names.
  private func load<Content>(
    _ path: String, of test: String, _ parse: (PolicySource) throws -> Content
  ) throws(PolicyTestError) -> Content {
    let candidates = [
      PolicyTestRunner.join(root, path),
      PolicyTestRunner.join(PolicyTestRunner.directory(of: test), path),
    ]
    for candidate in candidates {
      guard let bytes = try? read(candidate) else { continue }
      do {
        let text = try PolicyTestRunner.text(bytes)
        return try parse(PolicySource(file: candidate, text: text))
      } catch {
        throw PolicyTestError(file: candidate, message: "\(error)")
      }
    }
    throw PolicyTestError(
      file: test,
      message: "cannot read `\(path)`, neither as \(candidates.joined(separator: " nor as "))")
  }

  private struct InvalidUTF8: Error, CustomStringConvertible {
    var description: String { "the file is not UTF-8" }
  }

  private static func text(_ bytes: [UInt8]) throws(InvalidUTF8) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw InvalidUTF8() }
    return text
  }

  /// Whether it is a schema in JSON: one in Cedar's own syntax cannot start with a brace.
  private static func isJSON(_ text: String) -> Bool {
    text.unicodeScalars.first { !$0.properties.isWhitespace } == "{"
  }

  private static func directory(of file: String) -> String {
    guard let slash = file.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
    return String(file[...slash])
  }

  private static func join(_ directory: String, _ path: String) -> String {
    if directory.isEmpty || path.utf8.first == UInt8(ascii: "/") { return path }
    return directory.utf8.last == UInt8(ascii: "/") ? directory + path : "\(directory)/\(path)"
  }
}
