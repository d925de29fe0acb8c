(id, context, callback) => callback(null, context)
