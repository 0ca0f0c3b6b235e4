/// By which rules a schema resource is read.
struct SchemaRules: Equatable {
  enum Draft: Int, Comparable {
    case seven = 7
    case year2019 = 2019
    case year2020 = 2020

    static func < (left: Draft, right: Draft) -> Bool { left.rawValue < right.rawValue }
  }

  var draft: Draft
  var vocabularies: Vocabularies = .standard

  init(_ dialect: JSONSchemaDialect) {
    draft = dialect == .draft7 ? .seven : .year2020
  }

  /// Nil for a metaschema that is not one of json-schema.org's. Draft 6 and earlier read as 7.
  init?(metaschema uri: String) {
    switch URIReference(uri).absolute {
    case "https://json-schema.org/draft/2020-12/schema": draft = .year2020
    case "https://json-schema.org/draft/2019-09/schema": draft = .year2019
    case "http://json-schema.org/draft-07/schema", "https://json-schema.org/draft-07/schema",
      "http://json-schema.org/draft-06/schema", "http://json-schema.org/draft-04/schema":
      draft = .seven
    default: return nil
    }
  }

  /// Up to draft 7, `$ref` stands alone and its siblings mean nothing.
  func ignoresSiblings(of node: JSONNode) -> Bool {
    draft == .seven && node[member: "$ref"]?.kind == .string
  }

  enum Holding { case schema, schemas, map }

  /// How a keyword of any draft holds subschemas.
  static func holding(_ keyword: String) -> Holding? {
    switch keyword {
    case "additionalItems", "additionalProperties", "contains", "contentSchema", "else", "if",
      "items", "not", "propertyNames", "then", "unevaluatedItems", "unevaluatedProperties":
      .schema
    case "allOf", "anyOf", "oneOf", "prefixItems": .schemas
    case "$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties",
      "properties":
      .map
    default: nil
    }
  }
}

/// The vocabularies of 2020-12 that change what is checked.
struct Vocabularies: OptionSet {
  let rawValue: UInt8
  static var applicator: Self { Self(rawValue: 1) }
  static var validation: Self { Self(rawValue: 2) }
  static var unevaluated: Self { Self(rawValue: 4) }
  static var formatAssertion: Self { Self(rawValue: 8) }
  static var standard: Self { [.applicator, .validation, .unevaluated] }

  init(rawValue: UInt8) { self.rawValue = rawValue }

  init(_ uris: [String]) {
    self = []
    for uri in uris {
      switch uri.split(separator: "/").last {
      case "applicator": insert(.applicator)
      case "validation": insert(.validation)
      case "unevaluated": insert(.unevaluated)
      case "format-assertion": insert(.formatAssertion)
      default: break
      }
    }
  }
}
