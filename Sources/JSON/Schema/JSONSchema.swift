/// A compiled JSON Schema. Compile once, validate often; immutable, any thread.
///
/// Compilation checks the keywords it knows, resolves every reference among the given resources and
/// the metaschemas (never the network), and compiles patterns. Validation allocates nothing for
/// ordinary schemas, is bounded in depth and in steps, and fails closed at a bound.
public final class JSONSchema: Sendable {
  let program: SchemaProgram

  /// Compiles a schema.
  /// - Parameters:
  ///   - dialect: what applies where no `$schema` says otherwise.
  ///   - resources: further schemas by their absolute URI, for `$ref` to them.
  ///   - baseURI: where the schema was found; an `$id` in it goes before.
  ///   - formats: whether `format` is asserted. A metaschema with the format-assertion vocabulary
  ///     asserts it in any case.
  /// - Throws: for a keyword with a value it cannot have, a reference that leads nowhere, a pattern
  ///   that is no regular expression.
  public init(
    compiling node: JSONNode, dialect: JSONSchemaDialect = .draft2020_12,
    resources: [String: JSONNode] = [:], baseURI: String = "",
    formats: JSONSchemaFormats = .annotated
  ) throws(JSONSchemaError) {
    var compiler = SchemaCompiler(
      registry: SchemaRegistry(dialect: dialect, resources: resources), formats: formats)
    program = try compiler.compile(node, baseURI: baseURI)
  }

  /// Whether the instance is valid.
  public func isValid(_ instance: JSONNode) -> Bool {
    instance.storage.withView { view in
      var validator = SchemaValidator(program: program, view: view)
      return validator.run(at: instance.row)
    }
  }

  /// What is wrong with the instance, in sentences that say what to change; empty when it is valid.
  /// - Parameter maxErrors: how many to look for.
  public func validate(_ instance: JSONNode, maxErrors: Int = 8) -> [JSONSchemaViolation] {
    if isValid(instance) { return [] }
    return instance.storage.withView { view in
      var validator = SchemaValidator(program: program, view: view)
      return validator.explain(at: instance.row, maxViolations: max(maxErrors, 1))
    }
  }
}

/// The rules by which a schema without `$schema` is read.
public enum JSONSchemaDialect: Sendable, Equatable {
  /// <https://json-schema.org/draft/2020-12>
  case draft2020_12
  /// <http://json-schema.org/draft-07>
  case draft7
}

/// What `format` does.
public enum JSONSchemaFormats: Sendable, Equatable {
  /// Nothing: it only tells the reader.
  case annotated
  /// A string that is not of the format is invalid.
  case asserted
}

/// One thing that is wrong with an instance.
public struct JSONSchemaViolation: Sendable, Equatable, CustomStringConvertible {
  /// Where in the instance, as a JSON pointer; empty for the whole.
  public let instancePath: String
  /// The keyword that is violated.
  public let keyword: String
  /// What is expected, and what came.
  public let message: String

  /// `/amount: expected integer, got string "12"`
  public var description: String {
    instancePath.isEmpty ? message : "\(instancePath): \(message)"
  }
}

/// Why a schema cannot be compiled.
public enum JSONSchemaError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A keyword has a value it cannot have. The offset is that in its document.
  case malformed(keyword: String, expected: String, offset: Int)
  /// A reference leads nowhere.
  case unresolved(reference: String)
  /// The pattern is no regular expression.
  case pattern(String, reason: String)
  /// The schema has more subschemas than this.
  case tooLarge(limit: Int)
  /// A resource is no JSON or its URI is none.
  case resource(uri: String)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .malformed(let keyword, let expected, let offset):
      "the schema's \"\(keyword)\" at byte \(offset) must be \(expected)"
    case .unresolved(let reference):
      "the schema's reference \"\(reference)\" leads to no schema that was given"
    case .pattern(let pattern, let reason):
      "the schema's pattern \"\(pattern)\" is no regular expression: \(reason)"
    case .tooLarge(let limit): "the schema has more than \(limit) subschemas"
    case .resource(let uri): "the resource \"\(uri)\" cannot be read"
    }
  }
}
