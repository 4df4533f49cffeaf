"""Google reviews, as the Business Profile API gives them or as monitoring tools flatten them."""
