public import Crypto
import Identity

/// What an approval is bound to. Anything that differs is another call.
public struct ApprovalTerms: Sendable, Hashable {
  /// The id of the agent that asks.
  public var agent: String
  /// The id of the human it acts for, if one is known.
  public var human: String?
  /// The agent's roles, sorted, each once.
  public var roles: [String]
  /// The agent's tenant, if it has one.
  public var tenant: String?
  /// The upstream's name.
  public var server: String
  /// The tool's public name.
  public var tool: String
  /// SHA-256 of the canonical arguments (RFC 8785); hex.
  public var argumentsDigest: String
  /// The digest of the definition that is pinned; nil when the tool is not pinned.
  public var pin: String?
  /// The digest of the policy files, without the grants over them.
  public var policyVersion: String

  /// The terms of a call.
  public init(
    agent: String, human: String?, roles: [String], tenant: String?, server: String, tool: String,
    argumentsDigest: String, pin: String?, policyVersion: String
  ) {
    self.agent = agent
    self.human = human
    self.roles = Set(roles).sorted()
    self.tenant = tenant
    self.server = server
    self.tool = tool
    self.argumentsDigest = argumentsDigest
    self.pin = pin
    self.policyVersion = policyVersion
  }

  /// Names the terms: SHA-256 over every part with its length, so that no two of them run together.
  public func digest() -> SHA256Digest {
    let parts =
      [agent, human, "\(roles.count)"] + roles.map { $0 }
      + [tenant, server, tool, argumentsDigest, pin, policyVersion]
    var bytes: [UInt8] = []
    for part in parts {
      guard let part else {
        bytes.append(0)
        continue
      }
      bytes += Array("\u{1}\(part.utf8.count)\u{0}\(part)".utf8)
    }
    return SHA256.hash(bytes)
  }

  /// Whether somebody of this name is the human the agent acts for. Case does not make two people.
  func isRequester(_ person: String) -> Bool {
    human.map { $0.lowercased() == person.lowercased() } ?? false
  }

  /// Whether a person may have a say at all: people answer for their own tenant.
  func isOfTenant(_ person: Person) -> Bool { person.tenant == tenant }
}
