/// The metaschemas of json-schema.org, so that a schema can refer to them without a network.
enum Metaschemas {
  /// The metaschema at an absolute URI without fragment.
  static func text(of uri: String) -> String? {
    switch uri {
    case "http://json-schema.org/draft-07/schema": return draft7
    case "https://json-schema.org/draft/2020-12/schema": return draft2020_12
    default:
      let prefix = "https://json-schema.org/draft/2020-12/meta/"
      guard uri.hasPrefix(prefix) else { return nil }
      return vocabularies2020_12[String(uri.dropFirst(prefix.count))]
    }
  }
}
