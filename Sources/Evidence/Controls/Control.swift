/// A control that an auditor asks about.
public struct Control: Sendable, Equatable {
  /// From 1 to 20.
  public var number: Int
  /// A few words.
  public var title: String
  /// What holds when the control works.
  public var statement: String
  /// What it answers in the frameworks.
  public var mappings: [Mapping]

  /// References into one framework.
  public struct Mapping: Sendable, Equatable {
    /// The framework.
    public var framework: Framework
    /// The numbers there; none where the framework is meant as a whole.
    public var references: [String]
  }

  /// The frameworks that controls are mapped to.
  public enum Framework: String, Sendable, CaseIterable {
    /// ISO/IEC 27001:2022, Annex A.
    case iso27001 = "ISO/IEC 27001:2022 Annex A"
    /// The AICPA's Trust Services Criteria.
    case soc2 = "SOC 2 Trust Services Criteria"
    /// OWASP MCP Top 10.
    case mcpTop10 = "OWASP MCP Top 10 (2025, beta)"
    /// OWASP Top 10 for Agentic Applications.
    case agenticTop10 = "OWASP Agentic Top 10 (2026)"
    /// OWASP Agentic Skills Top 10.
    case skillsTop10 = "OWASP Agentic Skills Top 10"
    /// Regulation (EU) 2024/1689.
    case aiAct = "EU AI Act"
    /// The AI Controls Matrix of the Cloud Security Alliance.
    case aicm = "CSA AICM"
    /// The AI Risk Management Framework.
    case nistAI = "NIST AI RMF"
  }
}

extension Control {
  /// All twenty, by number.
  public static let all = first + second
}
