({ login: function () {} })
