extension SynonymTable {
  /// Names of services, and what they are about, for catalogs that have no word of them.
  static let names = """
    lucene solr opensearch > search index, kibana > dashboard log, splunk > log search,
    newrelic dynatrace datadog > metric monitor, rollbar raygun sentry bugsnag > error issue,
    pagerduty opsgenie > incident alert, jenkins circleci travis > build pipeline job,
    bitbucket gitee gitea > repository, linear asana clickup trello monday > task issue board,
    confluence notion > page document, outlook gmail > email,
    slack discord telegram whatsapp mattermost > message channel chat,
    pipedrive hubspot salesforce > crm contact deal, paypal stripe square > payment,
    woocommerce shopify magento > product order,
    zendesk intercom freshdesk > ticket conversation, quickbooks xero > invoice accounting,
    vimeo youtube > video, spotify > music track playlist, twitter > tweet post,
    instagram tiktok facebook mastodon bluesky > post social, linkedin > profile company job,
    hackernews > story post, pubmed arxiv > paper, google bing duckduckgo > web search,
    okta auth0 keycloak > user identity, twilio > sms call message,
    sendgrid mailgun mailchimp > email campaign, dropbox onedrive > file,
    ticktick todoist > task, obsidian roam logseq evernote > note,
    mapbox openstreetmap osm > map location, garmin fitbit strava > activity,
    binance coinbase kraken > crypto price exchange, uniswap > swap token,
    openai anthropic gemini > model llm, godot unreal unity blender > scene object,
    photoshop gimp > image, etherscan > transaction contract,
    dynamodb cosmos firestore > database document item, memcached > cache key,
    sparql > query knowledge, gremlin > graph query, dockerfile > docker image container,
    minio > bucket object storage
    """
}
